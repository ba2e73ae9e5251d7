using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary><c>server</c>: where the server listens and how long it waits.</summary>
public sealed record ServerSettings
{
    /// <summary>IP address to listen on, or <c>localhost</c>.</summary>
    public required string Host { get; init; }

    /// <summary>TCP port.</summary>
    public required int Port { get; init; }

    /// <summary>Until a request's headers must have arrived; Kestrel's <c>RequestHeadersTimeout</c>.</summary>
    public required TimeSpan ReadTimeout { get; init; }

    /// <summary>
    /// How long a client may take nothing, or next to nothing, of an answer that is ready for it. Event streams and downloads
    /// may last for as long as they are taken.
    /// </summary>
    public required TimeSpan WriteTimeout { get; init; }

    /// <summary>How long a connection without requests stays open; Kestrel's <c>KeepAliveTimeout</c>.</summary>
    public required TimeSpan IdleTimeout { get; init; }

    /// <summary>How long running requests may take to end when the server stops.</summary>
    public required TimeSpan ShutdownTimeout { get; init; }

    /// <summary>Connections at one time (our own); what comes beyond is closed at once.</summary>
    public required int MaxConnections { get; init; }

    internal static ServerSettings Read(SectionReader section) => new()
    {
        Host = section.Value("host", "127.0.0.1", Texts.Host),
        Port = section.Value("port", "8080", Numbers.Whole(1, 65535)),
        ReadTimeout = section.Value("read_timeout", "30s", Durations.Between("1s", "1h")),
        WriteTimeout = section.Value("write_timeout", "30s", Durations.Between("1s", "1h")),
        IdleTimeout = section.Value("idle_timeout", "60s", Durations.Between("1s", "1h")),
        ShutdownTimeout = section.Value("shutdown_timeout", "30s", Durations.Between("1s", "1h")),
        MaxConnections = section.Value("max_connections", "10000", Numbers.Whole(16, 1_000_000)),
    };
}
