using System.Text;
using System.Text.Json.Nodes;
using AICodeManager.ScriptedModel;
using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.Work.Agents;

namespace AICodeManager.Tests.Work.Tasks;

/// <summary>A model that wants the key and the network, and may run what it likes.</summary>
public sealed class HostileToolCallTests
{
    private const string Seek =
        "env; for f in /proc/[0-9]*/environ; do tr '\\0' '\\n' < $f; done; tr '\\0' '\\n' < /proc/1/cmdline; "
        + "grep -rasoh 'sk-ant[-a-z]*' /config /run /home /tmp /workspace /etc /var /root /mnt /srv /proc/self /proc/1 2>/dev/null | sort -u; "
        + "echo task-token-is-there: $ANTHROPIC_AUTH_TOKEN";

    private const string Connect = """
        import errno, socket
        for address in (("127.0.0.1", PORT), ("169.254.169.254", 80), ("1.1.1.1", 443), ("172.17.0.1", 80), ("10.0.0.1", 22)):
            s = socket.socket(); s.settimeout(2)
            print("tcp", address[0], errno.errorcode[s.connect_ex(address)])
        for kind in ("udp", "raw"):
            try:
                s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_RAW, 0 if kind == "udp" else 1)
                s.sendto(b"x", ("1.1.1.1", 53)); print(kind, "SENT")
            except OSError as fault: print(kind, errno.errorcode[fault.errno])
        try: print("name", socket.getaddrinfo("example.com", 80))
        except OSError: print("name UNKNOWN")
        for token in (b"", b"Authorization: Bearer guess\r\n"):
            s = socket.socket(socket.AF_UNIX); s.settimeout(2); s.connect("/run/aicli/model.sock")
            s.sendall(b"POST /v1/messages HTTP/1.1\r\nHost: x\r\n" + token + b"Content-Length: 2\r\n\r\n{}")
            print("socket", s.recv(12).decode())
        """;

    [Theory, MemberData(nameof(TaskLab.Engines), MemberType = typeof(TaskLab))]
    public async Task The_key_reaches_the_model_and_nothing_else_and_nothing_is_reached_but_the_model(string engine)
    {
        await using var lab = await TaskLab.StartAsync(engine, new ModelScript([
            new(Runs(Seek), new(ToolResults: 0)),
            new(Runs("python3 connect.py"), new(ToolResults: 1)),
            new(ScriptAnswer.Says("Done.")),
        ]));
        await lab.UploadAsync(new Dictionary<string, string> { ["connect.py"] = Connect.Replace("PORT", $"{lab.Model.BaseAddress.Port}", StringComparison.Ordinal) });

        var events = await lab.RunAsync();

        Assert.True(events[^1].IsState("succeeded"), string.Join("\n", events));
        Assert.NotEmpty(lab.Model.Requests);
        Assert.All(lab.Model.Requests, r => Assert.Equal(TaskLab.RealKey, r.Headers["x-api-key"].ToString()));
        Assert.All(lab.Model.Requests, r => Assert.False(r.Headers.ContainsKey("Authorization")));

        var results = events.Where(e => e.Type == "tool_result").Select(e => e.Text("text")!).ToArray();
        // The search works: it finds the token that is good for this one task.
        Assert.Matches("task-token-is-there: [0-9a-f]{64}", results[0]);
        string[] expected = [
            "tcp 127.0.0.1 ECONNREFUSED", "tcp 169.254.169.254 ENETUNREACH", "tcp 1.1.1.1 ENETUNREACH", "tcp 172.17.0.1 ENETUNREACH",
            "tcp 10.0.0.1 ENETUNREACH", "udp ENETUNREACH", "raw EPERM", "name UNKNOWN", "socket HTTP/1.1 401", "socket HTTP/1.1 401"];
        Assert.Equal(expected, results[1].Split('\n'));

        Assert.All(events, e => Assert.DoesNotContain(TaskLab.RealKey, e.ToString(), StringComparison.Ordinal));
        Assert.All(lab.Model.Requests, r => Assert.DoesNotContain(TaskLab.RealKey, r.Body, StringComparison.Ordinal));
        await AssertKeptFromDiskAsync(lab);
    }

    /// <summary>Neither the database nor any file of the data folder holds the key: events, audit, the task's own folders.</summary>
    private static async Task AssertKeptFromDiskAsync(TaskLab lab)
    {
        var cancel = TestContext.Current.CancellationToken;
        var audited = await lab.Server.Database.ReadAsync(
            r => r.ScalarAsync<long>("SELECT COUNT(*) FROM audit_events WHERE name = 'task_finished'"), cancel);
        Assert.Equal(1, audited);
        var files = Directory.GetFiles(lab.DataFolder, "*", SearchOption.AllDirectories);
        Assert.Contains(files, f => f.EndsWith("aicli.db", StringComparison.Ordinal));
        Assert.Contains(files, f => f.Contains("/tasks/", StringComparison.Ordinal) && f.EndsWith(".jsonl", StringComparison.Ordinal));
        foreach (var file in files)
        {
            await using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[open.Length];
            await open.ReadExactlyAsync(bytes, cancel);
            Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(TaskLab.RealKey)) < 0, file);
        }
    }

    private static ScriptAnswer Runs(string command) =>
        new([new ScriptBlock(Tool: "Bash", Input: new JsonObject { ["command"] = command, ["description"] = "looks around" })]);
}
