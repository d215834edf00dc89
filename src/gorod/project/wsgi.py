"""The entry point of the web server."""

from threading import Thread

from django.core.wsgi import get_wsgi_application
from django.db import connection

from gorod.engines.search import api as search
from gorod.project import environment, start

environment.prepare()
application = get_wsgi_application()
start.install_city()
Thread(target=search.warm_up, daemon=True).start()  # beside: the server need not wait for it to answer other pages
connection.close()  # this thread serves nobody: it must not keep one of the pool's few connections
