"""The entry point of the web server."""

from django.core.wsgi import get_wsgi_application

from gorod.project import environment, start

environment.prepare()
application = get_wsgi_application()
start.install_city()
