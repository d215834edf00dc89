"""The addresses of accounts. Those of django-allauth keep its names; only what is listed here exists."""

from __future__ import annotations

from allauth.account import views as account
from allauth.idp.oidc import views as oidc_views
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.usersessions import views as sessions
from django.urls import URLPattern, URLResolver, include, path

from gorod.faces.accounts import oidc, views
from gorod.faces.api.access import open_to

everybody = open_to("everybody")
signed_in = open_to("signed in")
clients = open_to("clients: their own credentials")

_oidc: list[URLPattern | URLResolver] = [
    path(".well-known/openid-configuration", oidc.configuration, name="configuration"),
    path(".well-known/jwks.json", everybody(oidc_views.jwks), name="jwks"),
    path("identity/o/authorize", oidc.authorize, name="authorization"),
    path("identity/o/api/token", clients(oidc_views.token), name="token"),
    path("identity/o/api/revoke", clients(oidc_views.revoke), name="revoke"),
    path("identity/o/api/userinfo", open_to("clients: a resident's token")(oidc_views.user_info), name="userinfo"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(([path("", include((_oidc, "oidc")))], "idp"))),
]

pages: list[URLPattern | URLResolver] = [
    path("account/", views.overview, name="account"),
    path("account/start/", views.start, name="account_start"),
    path("account/start/", views.start, name="account_signup"),  # what allauth's pages call it
    path("account/login/", everybody(account.login), name="account_login"),
    path("account/logout/", everybody(account.logout), name="account_logout"),
    path("account/inactive/", everybody(account.account_inactive), name="account_inactive"),
    path("account/confirm/", signed_in(account.reauthenticate), name="account_reauthenticate"),
    path("account/password/", signed_in(account.password_change), name="account_change_password"),
    path("account/password/set/", signed_in(account.password_set), name="account_set_password"),
    path("account/sessions/", signed_in(sessions.list_usersessions), name="usersessions_list"),
    path("account/sessions/<int:number>/end/", views.end_session, name="account_end_session"),
    path("account/login/second/", open_to("half signed in")(mfa.authenticate), name="mfa_authenticate"),
    path("account/login/passkey/", everybody(webauthn.login_webauthn), name="mfa_login_webauthn"),
    path("account/security/", signed_in(mfa.index), name="mfa_index"),
    path("account/security/confirm/", signed_in(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("account/security/app/", signed_in(totp.activate_totp), name="mfa_activate_totp"),
    path("account/security/app/remove/", signed_in(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("account/security/codes/", signed_in(recovery_codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "account/security/codes/new/",
        signed_in(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("account/security/keys/", signed_in(webauthn.list_webauthn), name="mfa_list_webauthn"),
    path("account/security/keys/add/", signed_in(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path(
        "account/security/keys/confirm/",
        signed_in(webauthn.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("account/security/keys/<int:pk>/", signed_in(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
    path("account/security/keys/<int:pk>/remove/", signed_in(webauthn.remove_webauthn), name="mfa_remove_webauthn"),
]
