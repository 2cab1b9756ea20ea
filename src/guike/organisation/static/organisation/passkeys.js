// Passkeys: asks the server for a challenge, the browser for its answer, and sends the form with it. Without it the password still works.
(function () {
  "use strict";
  const plain = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const safe = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list || []).map((one) => ({ ...one, id: plain(one.id) }));

  function readable(options) {
    const wanted = { ...options, challenge: plain(options.challenge) };
    if (options.user) wanted.user = { ...options.user, id: plain(options.user.id) };
    if (options.allowCredentials) wanted.allowCredentials = known(options.allowCredentials);
    if (options.excludeCredentials) wanted.excludeCredentials = known(options.excludeCredentials);
    return wanted;
  }
  function sendable(made) {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (made.response[name]) response[name] = safe(made.response[name]);
    }
    return JSON.stringify({ id: made.id, rawId: safe(made.rawId), type: made.type, response, clientExtensionResults: made.getClientExtensionResults() });
  }
  async function ask(form) {
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(form.dataset.options, { method: "POST", headers: { "X-CSRFToken": token }, credentials: "same-origin" });
    if (!answer.ok) throw new Error(answer.status);
    const publicKey = readable((await answer.json()).publicKey);
    return form.dataset.passkey === "create" ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey });
  }

  const able = Boolean(window.PublicKeyCredential && navigator.credentials && window.isSecureContext);
  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    if (form.dataset.passkey === "get") form.hidden = !able;
    const missing = document.querySelector("[data-passkey-missing]");
    if (missing) missing.hidden = able;
    form.addEventListener("submit", async (event) => {
      const field = form.querySelector("[name=credential]");
      if (field.value) return;
      event.preventDefault();
      const note = form.querySelector("[data-passkey-note]");
      note.textContent = "";
      try {
        field.value = sendable(await ask(form));
        form.submit();
      } catch (error) {
        field.value = "";
        note.textContent = form.dataset.failed;
      }
    });
  });
})();
