from django.urls import include, path

from guike.engine.regulations.urls import urlpatterns as regulations
from guike.engine.regulations.views import clause_of
from guike.engine.views import compare, decisions, drafting, metrics, policies, why

app_name = "engine"
urlpatterns = [
    path("documents/", include(regulations)),
    path("clauses/<slug:code>/", clause_of, name="clause_of"),
    path("", policies.policy_list, name="policies"),
    path("packs/", policies.pack_list, name="packs"),
    path("metrics/", metrics.metric_list, name="metrics"),
    path("metrics/<str:code>/", metrics.metric_detail, name="metric"),
    path("metrics/<str:code>/<int:pk>/", metrics.metric_rows, name="metric_rows"),
    path("assess/<int:pk>/<str:code>/", metrics.assess, name="assess"),
    path("assessments/<int:pk>/", metrics.assessments, name="assessments"),
    path("decisions/", decisions.decision_list, name="decisions"),
    path("proposals/", decisions.proposal_list, name="proposals"),
    path("proposals/<int:pk>/confirm/", decisions.confirm, name="confirm"),
    path("proposals/<int:pk>/reject/", decisions.reject, name="reject"),
    path("overrides/", decisions.override_list, name="overrides"),
    path("overrides/<int:pk>/end/", why.end_override, name="end_override"),
    path("why/<slug:kind>/<int:pk>/", why.why, name="why_primary"),
    path("why/<slug:kind>/<int:pk>/<slug:code>/", why.why, name="why"),
    path("override/<slug:kind>/<int:pk>/<slug:code>/", why.override, name="override"),
    path("effect/<slug:kind>/<int:pk>/<slug:code>/", why.effect, name="effect"),
    path("versions/<int:pk>/withdraw/", policies.withdraw, name="withdraw"),
    path("<slug:code>/", policies.policy_detail, name="policy"),
    path("<slug:code>/evaluate/", policies.evaluate, name="evaluate"),
    path("<slug:code>/new-draft/", policies.new_draft, name="new_draft"),
    path("<slug:code>/draft/", drafting.draft, name="draft"),
    path("<slug:code>/draft/yaml/", drafting.draft_yaml, name="draft_yaml"),
    path("<slug:code>/draft/trial/", drafting.trial, name="trial"),
    path("<slug:code>/draft/movers/", drafting.movers, name="movers"),
    path("<slug:code>/draft/publish/", drafting.publish, name="publish"),
    path("<slug:code>/compare/", compare.compare, name="compare"),
]
