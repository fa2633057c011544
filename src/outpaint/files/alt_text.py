"""What a picture shows, in words, for those who cannot see it: the IPTC's "Alt Text (Accessibility)", in XMP.

IPTC Photo Metadata Standard 2021.1, property Iptc4xmpCore:AltTextAccessibility, a language alternative.
"""

from xml.sax.saxutils import escape


def packet(text: str) -> bytes:
    """XMP that says it, for `Origin.xmp`; characters that XML has no place for are left out."""
    said = escape("".join(c for c in text if c.isprintable() or c in "\n\t"))
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/">'
        f'<Iptc4xmpCore:AltTextAccessibility><rdf:Alt><rdf:li xml:lang="x-default">{said}</rdf:li></rdf:Alt>'
        '</Iptc4xmpCore:AltTextAccessibility></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()
