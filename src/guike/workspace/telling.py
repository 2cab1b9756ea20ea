"""How far the first settings have come, in the wizard's words (PLT-02)."""

from guike.platform.telling import chosen, tell
from guike.workspace.wizard.steps import STEPS

tell("organisation.CompanyProfile", wizard_step=chosen(STEPS), wizard_skipped=chosen(STEPS))
