using AICodeManager.Server.FrontDoor.Edge.Tls;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace AICodeManager.Server.FrontDoor.Edge;

/// <summary>What one connection may send, hold and take its time for, as Kestrel enforces it before anything of ours runs.</summary>
public static class KestrelLimits
{
    /// <summary>Bytes of a body where the route says nothing else. Routes of prompts, archives and files say so.</summary>
    public const long MaxBody = 1 << 20;

    /// <summary>Bytes of an answer that are ready before its writer has to wait for the client.</summary>
    private const long Ready = 64 * 1024;

    /// <summary>Bytes a second that a body must bring, after <see cref="BodyGrace"/>.</summary>
    private const double BodyRate = 240;

    private static readonly TimeSpan BodyGrace = TimeSpan.FromSeconds(5), ShortestGrace = TimeSpan.FromSeconds(2);

    public static void Apply(KestrelServerOptions kestrel, Settings settings)
    {
        var server = settings.Server;
        kestrel.AddServerHeader = false;
        Apply(kestrel.Limits, server);
        kestrel.Limits.MaxRequestBodySize = MaxBody;
        if (settings.Security.Tls.Enabled)
        {
            var keeper = kestrel.ApplicationServices.GetRequiredService<TlsKeeper>();
            kestrel.ConfigureEndpointDefaults(listen => listen.UseHttps(new TlsHandshakeCallbackOptions
            {
                OnConnection = _ => ValueTask.FromResult(keeper.Current),
                HandshakeTimeout = server.ReadTimeout < TimeSpan.FromSeconds(10) ? server.ReadTimeout : TimeSpan.FromSeconds(10),
            }));
        }
    }

    /// <summary>The same bounds for whoever listens; that of bodies is its own.</summary>
    public static void Apply(KestrelServerLimits limits, ServerSettings server)
    {
        // A line ends in CR LF: whoever takes LF alone may see a header where the proxy in front saw none.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);

        limits.MaxConcurrentConnections = server.MaxConnections;
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.MaxRequestLineSize = 16 * 1024; // room for the longest query; longer ones are refused in words
        limits.MaxRequestHeadersTotalSize = 32 * 1024;
        limits.MaxRequestHeaderCount = 100;
        limits.MaxRequestBufferSize = 1 << 20;
        limits.MaxResponseBufferSize = Ready;

        limits.RequestHeadersTimeout = server.ReadTimeout;
        limits.KeepAliveTimeout = server.IdleTimeout;
        var grace = server.ReadTimeout < BodyGrace ? server.ReadTimeout : BodyGrace;
        limits.MinRequestBodyDataRate = new(BodyRate, grace < ShortestGrace ? ShortestGrace : grace);
        // What is ready must be taken within the write time-out, at most 64 KiB at once: an event stream or a download
        // may last for hours, but a client that takes nothing is cut off.
        var patience = server.WriteTimeout < ShortestGrace ? ShortestGrace : server.WriteTimeout;
        limits.MinResponseDataRate = new(Ready / patience.TotalSeconds, patience);

        var http2 = limits.Http2;
        http2.MaxStreamsPerConnection = 100; // also bounds what resetting streams in a row can start (CVE-2023-44487)
        http2.HeaderTableSize = 4096;
        http2.MaxFrameSize = 16 * 1024;
        http2.MaxRequestHeaderFieldSize = 16 * 1024;
        http2.InitialConnectionWindowSize = 1 << 20;
        http2.InitialStreamWindowSize = 768 * 1024;
        http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
    }
}
