"""The entry point of the web server."""

from django.core.wsgi import get_wsgi_application
from django.db import connection

from gorod.project import environment, start

environment.prepare()
application = get_wsgi_application()
start.install_city()
start.warm_up()
connection.close()  # this thread serves nobody: it must not keep one of the pool's few connections
