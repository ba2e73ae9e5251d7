namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Protocol;

/// <summary>Document types and entities of XML: we read no XML, so what names an external one speaks to something behind us.</summary>
internal static class Documents
{
    public static Finding Judge(ReadOnlySpan<char> text, int at)
    {
        var next = text.At(at + 1);
        if (next == '!')
        {
            if (text.StartsAt(at, "<!entity") || text.StartsAt(at, "<!element") || text.StartsAt(at, "<!attlist"))
                return ProtocolDetector.Strong("xml.entity");
            // "<!DOCTYPE html>" is a page; brackets and SYSTEM are what entities come with.
            if (text.StartsAt(at, "<!doctype") && text.Ahead(at + 9, 160) is var rest && (rest.Contains('[') || rest.Has(" system ")))
                return ProtocolDetector.Strong("xml.doctype");
        }

        return next is 'x' or 'X' && (text.StartsAt(at, "<xi:include") || text.StartsAt(at, "<xsl:")) ? ProtocolDetector.Strong("xml.include") : default;
    }
}
