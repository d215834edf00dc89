"""The portal as an app on a phone: manifest, service worker, offline page, messages on this device. Pages stay the portal's."""
