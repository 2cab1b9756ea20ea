from django.urls import path

from guike.engine.regulations import drafting, views

urlpatterns = [
    path("", views.regulation_list, name="regulations"),
    path("new/", drafting.new, name="regulation_new"),
    path("gaps/", views.gaps, name="regulation_gaps"),
    path("read/<int:pk>/", views.to_read, name="regulation_to_read"),
    path("read/<int:pk>/confirm/", views.confirm, name="regulation_confirm"),
    path("versions/<int:pk>/readers/", drafting.readers, name="regulation_readers"),
    path("versions/<int:pk>/withdraw/", drafting.withdraw, name="regulation_withdraw"),
    path("<slug:code>/", views.read, name="regulation"),
    path("<slug:code>/figures/", views.figures, name="regulation_figures"),
    path("<slug:code>/file/<slug:form>/", views.file, name="regulation_file"),
    path("<slug:code>/compare/", drafting.compare_versions, name="regulation_compare"),
    path("<slug:code>/new-draft/", drafting.new_draft, name="regulation_new_draft"),
    path("<slug:code>/draft/", drafting.draft, name="regulation_draft"),
    path("<slug:code>/draft/text/", drafting.whole_text, name="regulation_whole"),
    path("<slug:code>/draft/publish/", drafting.publish, name="regulation_publish"),
    path("<slug:code>/draft/discard/", drafting.discard, name="regulation_discard"),
    path("<slug:code>/draft/clauses/<slug:key>/", drafting.edit_clause, name="regulation_edit"),
    path("<slug:code>/clauses/<slug:key>/", views.clause, name="regulation_clause"),
]
