using System.Collections.Concurrent;
using System.Net;
using AICodeManager.Server.FrontDoor.Edge.Proxies;
using AICodeManager.Server.Ground.Http;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AICodeManager.Server.FrontDoor.Edge;

/// <summary>
/// How many connections one network may hold at once: a tenth of all, and at least 64. Without that one client could hold
/// every one there is, idle, and nobody else would get in. Configured proxies are not counted: they bring everybody.
/// </summary>
/// <param name="all">Connections of all together.</param>
internal sealed class ConnectionShares(int all, IReadOnlyList<IPNetwork> proxies)
{
    private const int Least = 64;

    private readonly int most = Math.Max(Least, all / 10);

    // Of networks that hold some, so never more entries than connections.
    private readonly ConcurrentDictionary<ClientNetwork, int> held = new();

    /// <summary>Closes what is beyond the share, before anything of it is read or answered. Stands before TLS.</summary>
    public void Guard(ListenOptions listen) => listen.Use(next => async connection =>
    {
        if (connection.RemoteEndPoint is not IPEndPoint { Address: var peer } || IsProxy(NodeAddress.Plain(peer)))
        {
            await next(connection);
            return;
        }

        var network = ClientNetwork.Of(peer);
        try
        {
            if (held.AddOrUpdate(network, 1, (_, many) => many + 1) <= most)
                await next(connection);
            else
                connection.Abort(new ConnectionAbortedException("Its network holds its share of connections."));
        }
        finally
        {
            Leave(network);
        }
    });

    private void Leave(ClientNetwork network)
    {
        while (held.TryGetValue(network, out var many))
        {
            if (many > 1 ? held.TryUpdate(network, many - 1, many) : held.TryRemove(new(network, many)))
                return;
        }
    }

    private bool IsProxy(IPAddress peer) => proxies.Any(proxy => proxy.Contains(peer));
}
