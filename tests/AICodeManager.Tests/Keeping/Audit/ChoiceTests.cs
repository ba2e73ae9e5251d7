using System.Collections.Concurrent;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Audit.Reading;
using AICodeManager.Tests.Docs;
using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.Ground.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AICodeManager.Tests.Keeping.Audit;

/// <summary>What the operator leaves out is left out, and nothing else; the log has a line of what matters, without what is personal.</summary>
public sealed class ChoiceTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_that_is_left_out_is_not_recorded_and_every_other_one_is()
    {
        await using var server = await StartAsync("""
            audit:
              events:
                authentication: ["login_failed"]
                data_access: []
            """);
        var user = await server.SignUpAsync();
        await user.PostAsync("workspaces", new { name = "w" });
        await server.Anonymous().TryAsync(HttpMethod.Post, "auth/login", new { email = "user1@example.com", password = "a wrong passphrase" });
        var names = await NamesAsync(server);
        Assert.Contains("user_created", names);
        Assert.Contains("login_failed", names);
        Assert.DoesNotContain("login", names);
        Assert.DoesNotContain("workspace_created", names);
    }

    [Fact]
    public async Task Without_the_audit_nothing_is_recorded_and_the_server_works_and_alerts_still_hear()
    {
        var heard = new Heard();
        await using var server = await StartAsync("audit:\n  enabled: false\n", services => services.AddSingleton<IAuditObserver>(heard));
        var user = await server.SignUpAsync();
        await user.PostAsync("workspaces", new { name = "w" });
        await user.TryAsync(HttpMethod.Get, $"workspaces/{Guid.NewGuid()}");
        Assert.Contains("workspace_created", heard.Names);
        await server.Services.GetRequiredService<RefusalAudit>().StopAsync(Cancel);
        Assert.Empty(await NamesAsync(server));
        Assert.Equal(0, await server.Database.ReadAsync(r => r.ScalarAsync<long>("SELECT COUNT(*) FROM audit_chains"), Cancel));
    }

    [Fact]
    public void Every_event_of_both_documents_exists()
    {
        // security-guide.ko.md, audit.events; section B11 of the specification.
        string[] guide =
        [
            "login", "logout", "login_failed", "token_refresh", "permission_denied", "role_changed", "workspace_created", "workspace_deleted", "project_accessed",
            "task_executed", "password_changed", "session_terminated", "suspicious_activity",
        ];
        string[] clientKey = ["login_success", "login_failed", "replay_attack", "signature_invalid", "key_created", "key_revoked", "key_rotated", "potential_attack"];
        var recorded = Repository.FirstColumn("audit-events.md");
        Assert.Equal(guide.Order(), AuditEventSettings.Switchable.Order());
        Assert.All(guide.Concat(clientKey), name => Assert.Contains(AuditQuery.Aliases.GetValueOrDefault(name, name), recorded));
    }

    [Theory]
    [InlineData("audit: {enabled: false}", "audit.enabled", "nothing is recorded")]
    [InlineData("audit: {events: {security: [\"password_changed\"]}}", "audit.events.security", "session_terminated, suspicious_activity")]
    public void What_is_not_recorded_is_said_at_start(string config, string key, string told)
    {
        using var scene = new Scene();
        Assert.Contains(scene.File(config).Load().Notices, notice => notice.ToString().Contains(key, StringComparison.Ordinal) && notice.ToString().Contains(told, StringComparison.Ordinal));
    }

    [Fact]
    public void The_log_has_a_line_of_what_was_refused_or_is_of_the_security_class_with_ids_and_address_only()
    {
        using var scene = new Scene();
        var lines = new Lines();
        var log = new SecurityLog(scene.Settings(), lines);
        var user = Guid.NewGuid();
        var caller = new Caller(user, "ada@example.com", "admin", Guid.NewGuid(), Guid.NewGuid());
        var origin = new RequestOrigin("192.0.2.7", "r1", caller);
        log.Recorded(origin, new AuditEvent("password_changed").On("user", user), DateTimeOffset.UnixEpoch);
        log.Recorded(origin, new AuditEvent("key_revoked") { Outcome = "refused", Reason = "stolen from Ada\nforged line", Details = new Dictionary<string, object?> { ["name"] = "Ada's laptop" } }, DateTimeOffset.UnixEpoch);
        log.Recorded(origin, new AuditEvent("request_refused") { Outcome = "refused", Reason = "not_found", ResourceType = "route", ResourceId = "GET /files/ada.txt" }, DateTimeOffset.UnixEpoch);
        log.Recorded(origin, new AuditEvent("workspace_created"), DateTimeOffset.UnixEpoch);
        Assert.Equal(
        [
            $"Information audit password_changed success reason= actor={user} session={caller.SessionId} key={caller.KeyId} address=192.0.2.7 resource=user {user} request=r1",
            $"Warning audit key_revoked refused reason= actor={user} session={caller.SessionId} key={caller.KeyId} address=192.0.2.7 resource= request=r1",
            $"Warning audit request_refused refused reason=not_found actor={user} session={caller.SessionId} key={caller.KeyId} address=192.0.2.7 resource=route request=r1",
        ], lines.Written);

        var silent = new Lines();
        new SecurityLog(scene.With("SECURITY_LOG_ENABLED", "false").Settings(), silent).Recorded(origin, new AuditEvent("password_changed"), DateTimeOffset.UnixEpoch);
        Assert.Empty(silent.Written);
    }

    private static Task<LiveServer> StartAsync(string config, Action<IServiceCollection>? change = null) =>
        LiveServer.StartAsync(new Dictionary<string, string> { ["AICLI_SANDBOX"] = "none" }, config, change);

    private static Task<IReadOnlyList<string>> NamesAsync(LiveServer server) =>
        server.Database.ReadAsync(r => r.QueryAsync<string>("SELECT name FROM audit_events"), Cancel);

    private sealed class Heard : IAuditObserver
    {
        public ConcurrentQueue<string> Names { get; } = new();

        public void Recorded(RequestOrigin origin, AuditEvent happened, DateTimeOffset at) => Names.Enqueue(happened.Name);
    }

    private sealed class Lines : ILogger<SecurityLog>
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add($"{logLevel} {formatter(state, exception)}");
    }
}
