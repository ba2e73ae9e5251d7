using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Tests.Docs;
using AICodeManager.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AICodeManager.Tests.FrontDoor.Edge.HostileRequests;

/// <summary>
/// The whole table against a real server: each gets a 4xx with a code or a closed connection, never a 5xx and never what it
/// aims at; the next honest request is served; and memory stays what it was.
/// </summary>
[Collection(nameof(Alone))]
public sealed partial class HostileRequestTests
{
    private const long MostKept = 48L << 20, MostAllocated = 1L << 30;

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly HashSet<string> Codes = [.. Repository.FirstColumn("api.md", "Refusal codes")];

    public sealed record Echoed(string Name);

    [Fact]
    public async Task Every_one_is_refused_and_honest_requests_go_on()
    {
        await using var server = await LiveServer.StartAsync(
            config: "server:\n  read_timeout: 1s\n  idle_timeout: 1s\n",
            routes: routes => routes.MapPost("/echo", (Echoed body) => Results.Ok(body)).OpenToAll());
        var table = HostileTable.All().ToList();
        Assert.True(table.Count >= 250 && table.DistinctBy(r => Convert.ToBase64String(r.Bytes)).Count() == table.Count, $"{table.Count} requests, or some twice");
        Assert.Equal("200", await AskAsync(server, new("an honest one", RawHttp.Request("POST", "/echo", "Content-Type: application/json\r\n", "{\"name\":\"x\"}"u8.ToArray())) { Patient = true }));
        Assert.Equal("200", await AskAsync(server, new("another", RawHttp.Request("GET", "/healthz")) { Patient = true }));
        var (kept, allocated) = (GC.GetTotalMemory(forceFullCollection: true), GC.GetTotalAllocatedBytes());

        var (wrong, outcomes) = (new ConcurrentQueue<string>(), new ConcurrentBag<string>());
        await Parallel.ForEachAsync(table, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel }, async (hostile, _) =>
        {
            var outcome = await AskAsync(server, hostile);
            outcomes.Add(outcome);
            if (outcome != "closed" && !Codes.Contains(outcome) && !(hostile.MayBeServed && outcome == "200"))
                wrong.Enqueue($"{hostile.What}: {outcome}");
            if ((await RawHttp.SendAsync(server.Address, RawHttp.Request("GET", "/healthz"), hangUp: false, Cancel))?.Status != 200)
                wrong.Enqueue($"{hostile.What}: the next honest request was not served");
        });

        Assert.True(wrong.IsEmpty, $"{wrong.Count} of {table.Count}:\n{string.Join('\n', wrong.Take(60))}");
        Assert.InRange(GC.GetTotalAllocatedBytes() - allocated, 0, MostAllocated);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - kept, long.MinValue, MostKept);
        Assert.Equal(0, await server.Database.ReadAsync(r => r.ScalarAsync<long>("SELECT COUNT(*) FROM audit_events WHERE name = 'request_failed'"), Cancel));
        TestContext.Current.TestOutputHelper?.WriteLine($"{table.Count} requests: "
            + string.Join(", ", outcomes.CountBy(o => o).OrderByDescending(o => o.Value).Select(o => $"{o.Key} {o.Value}")));
    }

    /// <summary>The code of the refusal, <c>closed</c>, or whatever else came: a status, or more answers than one.</summary>
    private static async Task<string> AskAsync(LiveServer server, HostileRequest request)
    {
        var text = await RawHttp.ExchangeAsync(server.Address, request.Bytes, hangUp: !request.Patient, Cancel);
        var answers = StatusLine().Matches(text);
        if (answers.Count == 0)
            return "closed";
        // 100 Continue is no answer; anything after a refusal would be the answer to what was smuggled behind it.
        var final = answers.Where(a => a.Groups[1].Value != "100").ToList();
        if (final.Count != 1)
            return $"{final.Count} answers: {string.Join(", ", final.Select(a => a.Groups[1].Value))}";
        var status = final[0].Groups[1].Value;
        return status[0] == '4' && CodeMember().Match(text) is { Success: true } code ? code.Groups[1].Value : status;
    }

    [GeneratedRegex(@"HTTP/1\.1 ([0-9]{3}) ")]
    private static partial Regex StatusLine();

    [GeneratedRegex("\"code\":\"([a-z_]+)\"")]
    private static partial Regex CodeMember();
}

/// <summary>Tests that look at the whole process run while no other does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
