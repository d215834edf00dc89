"""Our own pages of accounts; the rest is allauth's."""

from __future__ import annotations

from allauth.account.utils import perform_login
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from gorod.faces.accounts import telling
from gorod.faces.accounts.access import page
from gorod.faces.accounts.forms import StartForm
from gorod.faces.api.access import open_to


@open_to("signed in")
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """How one signs in, where one is signed in, and how to leave."""
    mine = Authenticator.objects.filter(user=request.user)
    values = {
        "keys": mine.filter(type=Authenticator.Type.WEBAUTHN).count(),
        "app": mine.filter(type=Authenticator.Type.TOTP).exists(),
        "sessions": UserSession.objects.filter(user=request.user).count(),
    }
    return render(request, "accounts/overview.html", values)


@page(open_to="everybody")
def start(request: HttpRequest) -> HttpResponse:
    """Open an account with a code, or get back into one: second factors and sessions of before are gone then."""
    form = StartForm(request.POST or None)
    if request.method == "POST":
        limited: HttpResponse | None = ratelimit.consume_or_429(request, action="account_code")
        if limited is not None:
            return limited
        with transaction.atomic():  # a new password and the old keys gone, or neither
            opened = form.is_valid()
            if opened:
                user = get_user_model().objects.get(id=form.opened.account_id)
                Authenticator.objects.filter(user=user).delete()
                for session in UserSession.objects.filter(user=user):
                    session.end()
                telling.tell(user, "code")
        if opened:
            response: HttpResponse = perform_login(request, user, email_verification=None)
            return response
    return render(request, "accounts/start.html", {"form": form}, status=422 if form.errors else 200)


@open_to("signed in")
@login_required
@require_POST
def end_session(request: HttpRequest, number: int) -> HttpResponse:
    """Sign out at one place; a session that is not one's own, or over already, changes nothing."""
    for session in UserSession.objects.filter(user=request.user, pk=number):
        session.end()
    return redirect("usersessions_list")
