using System.Net.Security;
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

    private static readonly TimeSpan BodyGrace = TimeSpan.FromSeconds(5), ShortestGrace = TimeSpan.FromSeconds(2), LongestHandshake = TimeSpan.FromSeconds(10);

    /// <summary>For the server: its own bound of bodies, and TLS where it is on.</summary>
    public static void Apply(KestrelServerOptions kestrel, Settings settings)
    {
        var keeper = settings.Security.Tls.Enabled ? kestrel.ApplicationServices.GetRequiredService<TlsKeeper>() : null;
        Apply(kestrel, settings.Server, settings.Edge, MaxBody, keeper is null ? null : () => keeper.Current);
    }

    /// <summary>The same bounds for whoever listens.</summary>
    /// <param name="maxBody">Bytes.</param>
    /// <param name="tls">What the next handshake is met with; null for no TLS.</param>
    public static void Apply(KestrelServerOptions kestrel, ServerSettings server, EdgeSettings edge, long maxBody, Func<SslServerAuthenticationOptions>? tls = null)
    {
        kestrel.AddServerHeader = false;
        Bound(kestrel.Limits, server);
        kestrel.Limits.MaxRequestBodySize = maxBody;
        var shares = new ConnectionShares(server.MaxConnections, edge.TrustedProxies);
        kestrel.ConfigureEndpointDefaults(listen =>
        {
            shares.Guard(listen);
            if (tls is not null)
            {
                listen.UseHttps(new TlsHandshakeCallbackOptions
                {
                    OnConnection = _ => ValueTask.FromResult(tls()),
                    HandshakeTimeout = server.ReadTimeout < LongestHandshake ? server.ReadTimeout : LongestHandshake,
                });
            }

            listen.CutWhoTakesNothing(server.WriteTimeout);
        });
    }

    private static void Bound(KestrelServerLimits limits, ServerSettings server)
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
        // Over HTTP/2 a client stops an answer by giving its stream no room, which the connection does not show: the room
        // that there is must be taken at this rate. StallGuard bounds the connection itself.
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
