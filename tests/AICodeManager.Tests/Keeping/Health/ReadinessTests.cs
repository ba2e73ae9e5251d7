using System.Text.Json;
using AICodeManager.Server.Keeping.Health;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AICodeManager.Tests.Keeping.Health;

/// <summary>Ready or not: asked by anybody, so it must cost next to nothing and tell next to nothing.</summary>
public sealed class ReadinessTests
{
    private const string Marked = "unix:///srv/marked-engine.sock is not there";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task However_many_ask_the_parts_are_asked_once_a_second()
    {
        var (clock, part) = (new FakeClock(), new Part());
        var readiness = new Readiness([part], clock, NullLogger<Readiness>.Instance);
        part.Hold = new TaskCompletionSource<PartHealth>(TaskCreationOptions.RunContinuationsAsynchronously);

        // One of them leaves before the answer, and takes it from nobody.
        using var impatient = new CancellationTokenSource();
        var first = readiness.ReportAsync(impatient.Token);
        var asked = Enumerable.Range(0, 100).Select(_ => readiness.ReportAsync(Cancel)).ToList();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        part.Hold.SetResult(PartHealth.Ok);
        Assert.All(await Task.WhenAll(asked), report => Assert.True(report.Ready));
        Assert.Equal(1, part.Asked);

        part.Hold = null;
        clock.Advance(Readiness.Age);
        await readiness.ReportAsync(Cancel);
        Assert.Equal(1, part.Asked);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        await readiness.ReportAsync(Cancel);
        Assert.Equal(2, part.Asked);
    }

    [Fact]
    public async Task A_part_that_throws_has_failed_and_one_that_the_server_can_do_without_takes_nobody_out()
    {
        var readiness = new Readiness(
            [new Part("throwing") { Fault = new InvalidOperationException("why") }, new Part("optional") { Optional = true, Fault = new InvalidOperationException() }],
            new FakeClock(), NullLogger<Readiness>.Instance);
        var report = await readiness.ReportAsync(Cancel);
        Assert.Equal((false, "failed", "why"), (report.Ready, report.Parts["throwing"].Status, report.Parts["throwing"].Detail));

        readiness = new Readiness([new Part("optional") { Optional = true, Fault = new InvalidOperationException() }], new FakeClock(), NullLogger<Readiness>.Instance);
        report = await readiness.ReportAsync(Cancel);
        Assert.Equal((true, "failed"), (report.Ready, report.Parts["optional"].Status));
    }

    [Fact]
    public async Task Strangers_and_users_read_names_and_states_and_only_administrators_why()
    {
        await using var server = await LiveServer.StartAsync(change: services =>
        {
            TaskLab.OpenGate(services);
            services.AddSingleton<IHealthPart>(new Part("marked") { Fault = new InvalidOperationException(Marked) });
        });
        foreach (var who in new[] { server.Anonymous(), await server.SignUpAsync() })
        {
            var (status, text) = await ReadyAsync(who);
            Assert.Equal(503, status);
            Assert.DoesNotContain("detail", text, StringComparison.Ordinal);
            Assert.DoesNotContain("marked-engine", text, StringComparison.Ordinal);
            var parts = JsonElement.Parse(text).GetProperty("parts");
            Assert.Equal(
                ["database", "coordination", "sandbox", "sandbox_probes", "model", "vault", "audit", "marked"],
                parts.EnumerateObject().Select(part => part.Name));
            Assert.All(parts.EnumerateObject(), part => Assert.Contains(part.Value.GetProperty("status").GetString(), (string[])["ok", "failed", "checking"]));
            Assert.Equal("ok", parts.GetProperty("vault").GetProperty("status").GetString());
        }

        Assert.Contains(Marked, (await ReadyAsync(await server.SignUpAsync("admin"))).Text, StringComparison.Ordinal);
    }

    private static async Task<(int Status, string Text)> ReadyAsync(ApiClient who)
    {
        using var answer = await who.Http.GetAsync("/readyz", Cancel);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private sealed class Part(string name = "part") : IHealthPart
    {
        private int asked;

        public int Asked => Volatile.Read(ref asked);

        public TaskCompletionSource<PartHealth>? Hold { get; set; }

        public Exception? Fault { get; init; }

        public string Name => name;

        public bool Optional { get; init; }

        public Task<PartHealth> AskAsync(CancellationToken cancel)
        {
            Interlocked.Increment(ref asked);
            return Fault is not null ? Task.FromException<PartHealth>(Fault) : Hold?.Task ?? Task.FromResult(PartHealth.Ok);
        }
    }
}
