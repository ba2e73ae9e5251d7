using System.Buffers;

namespace AICodeManager.Signatures.Messages;

/// <summary>Names of components. The usual ones are kept, so that reading them makes no new text.</summary>
internal static class ComponentNames
{
    public const string Method = "@method", TargetUri = "@target-uri", Authority = "@authority", Scheme = "@scheme",
        RequestTarget = "@request-target", Path = "@path", Query = "@query", QueryParam = "@query-param";

    private const int Most = 128;

    // RFC 9110 section 5.6.2, in lower case (RFC 9421 section 2.1).
    private static readonly SearchValues<char> FieldCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~");

    /// <summary>Null where it is no name of a request's component.</summary>
    public static string? Of(ReadOnlySpan<char> name) => name switch
    {
        Method => Method,
        TargetUri => TargetUri,
        Authority => Authority,
        Scheme => Scheme,
        RequestTarget => RequestTarget,
        Path => Path,
        Query => Query,
        QueryParam => QueryParam,
        "content-digest" => "content-digest",
        "content-type" => "content-type",
        "content-length" => "content-length",
        "authorization" => "authorization",
        "date" => "date",
        { Length: > 0 and <= Most } when !name.ContainsAnyExcept(FieldCharacters) => name.ToString(),
        _ => null,
    };
}
