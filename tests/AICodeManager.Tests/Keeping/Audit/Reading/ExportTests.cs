using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Audit.Reading;
using AICodeManager.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Keeping.Audit.Reading;

public sealed class ExportTests(AuditServer audit) : IClassFixture<AuditServer>
{
    private const int Many = 50_000, PageSize = 500;

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Can_take_out_fifty_thousand_events_while_the_server_holds_a_few_pages()
    {
        await Events.FillAsync(audit.Server.Database, Many);
        var before = audit.Pages.Read;
        using var http = new HttpClient(new SocketsHttpHandler { ConnectCallback = NarrowAsync }) { BaseAddress = audit.Server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/admin/audit?format=jsonl&name=filler");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", audit.Admin.Token);
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);

        // Nobody reads on: the server comes to rest with what the connection holds.
        var (seen, still) = (-1, 0);
        await Poll.UntilAsync(() =>
        {
            (seen, still) = audit.Pages.Read == seen ? (seen, still + 1) : (audit.Pages.Read, 0);
            return Task.FromResult(still >= 10 && seen > before);
        });
        Assert.InRange(seen - before, 1, Many / PageSize / 2);

        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancel));
        var (lines, last) = (0, "");
        while (await reader.ReadLineAsync(Cancel) is { } line)
        {
            var id = JsonElement.Parse(line).GetProperty("id").GetString()!;
            Assert.True(string.CompareOrdinal(id, last) > 0, $"{id} comes after {last}");
            (lines, last) = (lines + 1, id);
        }

        Assert.Equal(Many, lines);
    }

    [Fact]
    public async Task A_client_that_leaves_ends_the_reading()
    {
        using var left = new CancellationTokenSource();
        var pages = new AuditServer.CountedSource(new Endless());
        pages.Reading = page =>
        {
            if (page == 3)
                left.Cancel();
        };
        await using var services = new ServiceCollection()
            .AddSingleton<IAuditSource>(pages).AddSingleton(TimeProvider.System)
            .AddSingleton(audit.Server.Services.GetRequiredService<AuditTrail>()).BuildServiceProvider();
        var context = new DefaultHttpContext { RequestServices = services, RequestAborted = left.Token };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new AuditExport(new AuditFilter(), AuditFormats.JsonLines, null).ExecuteAsync(context));
        Assert.Equal(3, pages.Read);
    }

    [Fact]
    public async Task An_export_is_one_document_a_line_oldest_first_and_itself_an_event()
    {
        var at = Events.Start.AddDays(-20);
        await Events.AddAsync(audit.Server.Database, Enumerable.Range(0, 5).Select(n => Events.At(at.AddSeconds(5 - n), "taken_out") with { Reason = "line\nbreak \"한국어\"" }));
        using var answer = await audit.Admin.Http.GetAsync("/api/v1/admin/audit?format=jsonl&name=taken_out&from=2026-01-01T00:00:00Z", Cancel);
        Assert.Equal("application/x-ndjson", answer.Content.Headers.ContentType!.MediaType);
        var lines = (await answer.Content.ReadAsStringAsync(Cancel)).Split('\n');
        Assert.Equal((6, ""), (lines.Length, lines[5]));
        var events = lines[..5].Select(line => JsonElement.Parse(line)).ToList();
        Assert.Equal(events.Select(one => one.GetProperty("at").GetDateTimeOffset()).Order(), events.Select(one => one.GetProperty("at").GetDateTimeOffset()));
        Assert.All(events, one => Assert.Equal("line\nbreak \"한국어\"", one.GetProperty("reason").GetString()));

        var again = await audit.Admin.Http.GetStringAsync($"/api/v1/admin/audit?format=jsonl&name=taken_out&cursor={events[2].GetProperty("id").GetString()}", Cancel);
        Assert.Equal($"{lines[3]}\n{lines[4]}\n", again);

        var told = (await audit.Admin.GetAsync("admin/audit?name=audit_exported&order=newest")).GetProperty("items")[1];
        Assert.Equal(("jsonl", "taken_out"), (told.GetProperty("details").GetProperty("format").GetString(), told.GetProperty("details").GetProperty("names").GetString()));
        Assert.NotEqual(JsonValueKind.Null, told.GetProperty("actor_id").ValueKind);
    }

    [Theory]
    [InlineData("application/x-ndjson", "id")]
    [InlineData("application/jsonl", "id")]
    [InlineData("text/html, application/x-ndjson; profile=\"ocsf\"", "class_uid")]
    public async Task Can_be_asked_for_by_Accept(string accept, string member)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/admin/audit?name=login");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", audit.Admin.Token);
        using var answer = await audit.Admin.Http.SendAsync(request, Cancel);
        var line = (await answer.Content.ReadAsStringAsync(Cancel)).Split('\n')[0];
        Assert.True(JsonElement.Parse(line).TryGetProperty(member, out _), line);
    }

    [Fact]
    public async Task A_count_goes_no_further_than_it_says()
    {
        var at = Events.Start.AddDays(40);
        await Events.AddAsync(audit.Server.Database, Enumerable.Range(0, (int)AuditList.MostCounted + 5).Select(n => Events.At(at.AddMilliseconds(n), "counted")));
        using var answer = await audit.Admin.Http.GetAsync("/api/v1/admin/audit?name=counted&limit=1", Cancel);
        Assert.Equal(("10000", "true"), (answer.Headers.GetValues("X-Total-Count").Single(), answer.Headers.GetValues("X-Total-Count-Is-Least").Single()));
        using var few = await audit.Admin.Http.GetAsync("/api/v1/admin/audit?name=counted&limit=1&to=2026-12-13T09:00:00.010Z", Cancel);
        Assert.Equal(("10", false), (few.Headers.GetValues("X-Total-Count").Single(), few.Headers.Contains("X-Total-Count-Is-Least")));
    }

    // The kernel's buffers hold megabytes otherwise.
    private static async ValueTask<Stream> NarrowAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 16 * 1024 };
        await socket.ConnectAsync(context.DnsEndPoint, cancel);
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>A source that never ends.</summary>
    private sealed class Endless : IAuditSource
    {
        public string AcceptedCursor => "";

        public bool IsCursor(string text) => true;

        public Task<AuditSlice> NextAsync(AuditFilter filter, string? cursor, bool oldestFirst, int take, CancellationToken cancel)
        {
            cancel.ThrowIfCancellationRequested();
            return Task.FromResult(new AuditSlice([.. Enumerable.Range(0, take).Select(n => Events.At(Events.Start))], "on"));
        }

        public Task<AuditCount> CountAsync(AuditFilter filter, long most, CancellationToken cancel) => Task.FromResult(new AuditCount(most, true));
    }
}
