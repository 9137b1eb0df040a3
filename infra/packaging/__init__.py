"""Makes what a deploy uploads: the template, the functions' zip and the layer."""
