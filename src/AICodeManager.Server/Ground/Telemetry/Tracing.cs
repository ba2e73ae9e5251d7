using System.Diagnostics;

namespace AICodeManager.Server.Ground.Telemetry;

/// <summary>The one source of the server's own spans. Names and tags come from closed sets; no span holds personal data.</summary>
public static class Tracing
{
    /// <summary>What a collector subscribes to.</summary>
    public const string Name = "AICodeManager";

    /// <summary>Starting a span costs next to nothing while nobody listens: it is null then.</summary>
    public static readonly ActivitySource Source = new(Name);
}
