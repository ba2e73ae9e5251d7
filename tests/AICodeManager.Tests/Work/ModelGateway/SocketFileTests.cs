using System.Net.Sockets;
using AICodeManager.ScriptedModel;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Work.ModelGateway;

namespace AICodeManager.Tests.Work.ModelGateway;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class SocketFileTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static GatewayLease Lease(string folder) => new(folder, new Secret(GatewayRig.Token).Hash(), new TestLedger(), "test");

    [Fact]
    public async Task Anybody_who_sees_the_folder_may_connect()
    {
        await using var rig = await GatewayRig.StartAsync(ScriptAnswer.Says("hi"));

        Assert.Equal((UnixFileMode)0b110_110_110, File.GetUnixFileMode(Path.Combine(rig.Folder, "model.sock")));
    }

    [Fact]
    public async Task The_socket_of_a_killed_server_is_replaced_and_a_closed_door_leaves_none()
    {
        await using var rig = await GatewayRig.StartAsync(ScriptAnswer.Says("hi"));
        await rig.Door.DisposeAsync();
        Assert.False(File.Exists(Path.Combine(rig.Folder, "model.sock")));
        LeaveStaleSocket(rig.Folder);

        await using var again = await rig.Host.OpenAsync(Lease(rig.Folder), Cancel);

        Assert.Equal(200, (await rig.ReadAsync(GatewayRig.Call())).Status);
    }

    [Fact]
    public async Task Cannot_take_the_socket_of_a_door_that_is_open()
    {
        await using var rig = await GatewayRig.StartAsync(ScriptAnswer.Says("hi"));

        await Assert.ThrowsAsync<IOException>(() => rig.Host.OpenAsync(Lease(rig.Folder), Cancel));

        Assert.Equal(200, (await rig.ReadAsync(GatewayRig.Call())).Status);
    }

    [Fact]
    public async Task Cannot_replace_what_is_not_a_socket()
    {
        await using var rig = await GatewayRig.StartAsync(ScriptAnswer.Says("hi"));
        var (file, link) = (Directory.CreateDirectory(Path.Combine(rig.Folder, "a")), Directory.CreateDirectory(Path.Combine(rig.Folder, "b")));
        await File.WriteAllTextAsync(Path.Combine(file.FullName, "model.sock"), "precious", Cancel);
        File.CreateSymbolicLink(Path.Combine(link.FullName, "model.sock"), Path.Combine(rig.Folder, "elsewhere"));

        await Assert.ThrowsAsync<IOException>(() => rig.Host.OpenAsync(Lease(file.FullName), Cancel));
        await Assert.ThrowsAsync<IOException>(() => rig.Host.OpenAsync(Lease(link.FullName), Cancel));

        Assert.Equal("precious", await File.ReadAllTextAsync(Path.Combine(file.FullName, "model.sock"), Cancel));
    }

    [Fact]
    public async Task A_path_too_long_for_a_socket_is_named()
    {
        await using var rig = await GatewayRig.StartAsync(ScriptAnswer.Says("hi"));
        var deep = Directory.CreateDirectory(Path.Combine(rig.Folder, new string('d', 100))).FullName;

        var fault = await Assert.ThrowsAsync<ArgumentException>(() => rig.Host.OpenAsync(Lease(deep), Cancel));

        Assert.Contains("at most 107", fault.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => rig.Host.OpenAsync(Lease(Path.Combine(rig.Folder, "none")), Cancel));
    }

    private static void LeaveStaleSocket(string folder)
    {
        // A path that is bound through another name stays when the socket is closed, as it does when a process is killed.
        var path = Path.Combine(folder, "model.sock");
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(path + ".old"));
            File.Move(path + ".old", path);
        }

        Assert.True(File.Exists(path));
    }
}
