using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace AICodeManager.Server.Work.Sandbox.Probes;

/// <summary>What the probes must know about this host to look for it from inside.</summary>
internal static class HostFacts
{
    private const int MaxAddresses = 8;
    private const int MaxResolvers = 3;
    private static readonly string[] Namespaces = ["pid", "net", "mnt", "ipc", "uts", "user"];

    /// <summary>Addresses of this host's interfaces, without those that need a scope.</summary>
    public static JsonArray Addresses() => Texts(NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(face => face.GetIPProperties().UnicastAddresses)
        .Select(unicast => unicast.Address)
        .Where(address => !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal)
        .Take(MaxAddresses)
        .Select(address => address.ToString()));

    /// <summary>Name servers that this host asks.</summary>
    public static JsonArray Resolvers() => Texts(File.Exists("/etc/resolv.conf")
        ? File.ReadLines("/etc/resolv.conf")
            .Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words is ["nameserver", var address, ..] && IPAddress.TryParse(address, out _))
            .Select(words => words[1])
            .Take(MaxResolvers)
        : []);

    /// <summary>Names and links of this process's namespaces.</summary>
    /// <param name="withUser">Docker's containers share the host's user namespace unless its daemon remaps users.</param>
    public static JsonObject OwnNamespaces(bool withUser) => new(Namespaces
        .Where(name => withUser || name != "user")
        .Select(name => KeyValuePair.Create(name, (JsonNode?)new FileInfo($"/proc/self/ns/{name}").LinkTarget)));

    /// <summary>A port that nobody uses at this moment.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Any, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
