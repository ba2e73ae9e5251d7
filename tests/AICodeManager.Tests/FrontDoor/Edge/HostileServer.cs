using System.Collections.Concurrent;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Tests.Docs;
using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.FrontDoor.Access;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Edge;

/// <summary>A server under fire: every answer is judged as it comes, and the audit is asked for every refusal at the end.</summary>
public sealed class HostileServer : IAsyncLifetime
{
    private const string Email = "admin@example.com";

    // Signed in as one person as often as there are shots: none must end another's session.
    private const string Config = """
        session:
          security:
            max_concurrent_sessions: 1000
        oauth2:
          github:
            client_id: "aicli-hub"
            client_secret: "a-client-secret-that-is-long-enough"
        # What lies behind the detectors is to hold without them, and is not to be answered for where it comes from.
        monitoring:
          attack_detection:
            enabled: false
            allowed_networks: ["127.0.0.1"]
        """;

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly HashSet<string> Codes = [.. Repository.FirstColumn("api.md", "Refusal codes")];

    private UserStanding admin = null!;

    public LiveServer Server { get; private set; } = null!;

    /// <summary>Things that an administrator may reach.</summary>
    public AccessScene Scene { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await LiveServer.StartAsync(new Dictionary<string, string> { ["AICLI_SANDBOX"] = "none" }, Config);
        var made = await Server.Anonymous().PostAsync("auth/register", new { email = Email, password = LiveServer.Password });
        var id = made.GetProperty("id").GetGuid();
        await Server.Database.WriteAsync(t => t.ExecuteAsync("UPDATE users SET role = 'admin' WHERE id = @id", new { id }), Cancel);
        admin = (await Server.Services.GetRequiredService<StandingStore>().LoadAsync(id, Cancel))!;
        Scene = await AccessScene.NewAsync(Server, id, new Dictionary<Guid, Membership> { [id] = Membership.Owner });
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>The bearer token of a new session of the administrator.</summary>
    public async Task<string> TokenAsync()
    {
        var (ticket, endsAt) = await OpenAsync(SessionKind.Api);
        return Server.Services.GetRequiredService<AccessTokenIssue>().For(admin, ticket.SessionId, endsAt).Token.Reveal();
    }

    /// <summary>The value of a new session's cookie.</summary>
    public async Task<string> CookieAsync() =>
        Server.Services.GetRequiredService<SessionTickets>().Cookie((await OpenAsync(SessionKind.Browser)).Ticket).Reveal();

    /// <summary>Fires all, and fails with everything that was wrong: a fault, a refusal without a known code, one that no event tells of.</summary>
    public async Task<IReadOnlyList<RawAnswer>> FireAsync(IEnumerable<Shot> shots)
    {
        var (wrong, answers) = (new ConcurrentQueue<string>(), new ConcurrentQueue<RawAnswer>());
        await Parallel.ForEachAsync(shots, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel }, async (shot, cancel) =>
        {
            var answer = await RawHttp.SendAsync(Server.Address, shot.Request, hangUp: shot.MayBeBare, cancel);
            if (Fault(shot, answer) is { } fault)
            {
                wrong.Enqueue($"{shot.What}: {fault}");
            }

            if (answer is not null)
            {
                answers.Enqueue(answer);
            }
        });
        Assert.True(wrong.IsEmpty, $"{wrong.Count} of them:\n{string.Join("\n", wrong.Take(40))}");

        var refused = answers.Where(a => a.Code is not null).Select(a => a.RequestId!).ToHashSet();
        try
        {
            await Poll.UntilAsync(async () =>
            {
                refused.ExceptWith(await Server.Database.ReadAsync(r => r.QueryAsync<string>("SELECT request_id FROM audit_events"), Cancel));
                return refused.Count == 0;
            });
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{refused.Count} refusals left no event: {string.Join(", ", answers.Where(a => refused.Contains(a.RequestId!)).Select(a => a.Code).Distinct())}");
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{answers.Count} answers: "
            + string.Join(", ", answers.CountBy(a => a.Code ?? $"{a.Status}").OrderByDescending(c => c.Value).Select(c => $"{c.Key} {c.Value}")));
        return [.. answers];
    }

    private static string? Fault(Shot shot, RawAnswer? answer) => answer switch
    {
        null => shot.MayBeBare ? null : "no answer",
        { Status: 505, RequestId: null } => null, // the parser's word for a version that is none
        { Status: >= 500 } => $"{answer.Status} {answer.Body}",
        { Status: < 400 } => null,
        // Refused by the HTTP server's own parser, before anything of ours runs.
        { RequestId: null, Body: "" } => shot.MayBeBare ? null : $"a bare {answer.Status}",
        { Code: { } code } => Codes.Contains(code) || code.StartsWith("http_4", StringComparison.Ordinal) ? null : $"the unknown code {code}",
        _ => $"{answer.Status} as {answer.ContentType}: {answer.Body}",
    };

    private async Task<(SessionTicket Ticket, DateTimeOffset EndsAt)> OpenAsync(SessionKind kind)
    {
        var (now, client) = (DateTimeOffset.UtcNow, new Client("127.0.0.1", null, null));
        var ticket = SessionTickets.New(admin.Id, Guid.CreateVersion7());
        var session = new Session
        {
            Id = ticket.SessionId,
            UserId = admin.Id,
            Kind = kind,
            Epoch = admin.Epoch,
            CreatedAt = now,
            Method = "password",
            Client = client,
            Proof = new Proof(ProofLevel.Password, now, client),
            SecretHash = ticket.SecretHash,
        };
        var (endsAt, _) = await Server.Services.GetRequiredService<SessionStore>().OpenAsync(session, RequestOrigin.System, new AuditEvent("login"), Cancel);
        return (ticket, endsAt);
    }
}

/// <summary>One hostile request.</summary>
/// <param name="MayBeBare">Whether it is no HTTP that the server's parser has to take: then an answer may be without a document, or lacking.</param>
public sealed record Shot(string What, byte[] Request, bool MayBeBare = false);
