"""What every benchmark needs: the stage it runs on, a made-up city with its processes, the rules, rows and the page."""
