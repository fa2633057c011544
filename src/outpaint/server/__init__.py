"""The canvas over HTTP: what the page in the browser and any other program speaks. Needs the extra `server`."""
