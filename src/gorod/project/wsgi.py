"""The entry point of the web server."""

from django.core.wsgi import get_wsgi_application

from gorod.project import environment

environment.prepare()
application = get_wsgi_application()
