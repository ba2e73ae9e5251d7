using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary><c>passkeys</c> (our own): the name that passkeys are bound to, where a request's <c>Host</c> does not tell it.</summary>
public sealed record PasskeySettings
{
    /// <summary>The relying party's id (WebAuthn level 3 section 4): a host name. Absent: the request's host.</summary>
    public required string? ServerDomain { get; init; }

    /// <summary>Exact origins of the pages that may use passkeys. Empty: the request's host over TLS, and localhost without.</summary>
    public required IReadOnlyList<string> AllowedOrigins { get; init; }

    internal static PasskeySettings Read(SectionReader section) => new()
    {
        ServerDomain = section.Optional("server_domain", Texts.HostName),
        AllowedOrigins = section.List("allowed_origins", [], Origins.Exact),
    };
}
