"""The demo world: invented makers, drawn artworks, and the site they post on."""
