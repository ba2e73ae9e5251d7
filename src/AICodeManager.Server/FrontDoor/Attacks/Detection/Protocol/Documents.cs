namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Protocol;

/// <summary>Document types and entities of XML: we read no XML, so what names an external one speaks to something behind us.</summary>
internal static class Documents
{
    public static Finding Judge(ReadOnlySpan<char> text)
    {
        if (text.Has("<!entity") || text.Has("<!element") || text.Has("<!attlist") || text.Has("xi:include") || text.Has("<xsl:"))
            return ProtocolDetector.Strong("xml.entity");
        var type = text.IndexOf("<!doctype", StringComparison.OrdinalIgnoreCase);
        if (type < 0)
            return default;
        var rest = text.Ahead(type + 9, 160);
        // "<!DOCTYPE html>" is a page; brackets and SYSTEM are what entities come with.
        return rest.Contains('[') || rest.Has(" system ") ? ProtocolDetector.Strong("xml.doctype") : default;
    }
}
