using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Audit;

/// <summary>Reading the audit, newest first, for administrators.</summary>
public static class AuditEndpoints
{
    // The longest name is shorter; PostgreSQL does not even take every text.
    private const int MaxName = 100;

    public static void MapAudit(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/admin/audit", ListAsync).Needs("system:audit");
        routes.MapGet("/admin/audit/verify", VerifyEndpoint.AnswerAsync).Needs("system:audit");
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, PageRequest page, string? name, Guid? actor, Database database, CancellationToken cancel)
    {
        if (name is not null && (name.Length > MaxName || !name.All(c => char.IsAsciiLetterLower(c) || c == '_')))
        {
            return Refusals.InvalidInput("name", $"must be the name of an event: at most {MaxName} small letters and underscores");
        }

        var filter = new { name, actor = actor?.ToString("D"), page.After, Take = page.Limit + 1 };
        return await database.ReadAsync(async r =>
        {
            const string Where = "(@name IS NULL OR name = @name) AND (@actor IS NULL OR actor_id = @actor)";
            var total = await r.ScalarAsync<long>($"SELECT COUNT(*) FROM audit_events WHERE {Where}", filter);
            var rows = await r.QueryAsync<AuditRow>(
                $"SELECT * FROM audit_events WHERE {Where} AND (@After IS NULL OR id < @After) ORDER BY id DESC LIMIT @Take", filter);
            return page.Cut(rows, row => row.Id, row => row).ToResult(context, total);
        }, cancel);
    }

    private sealed record AuditRow
    {
        public Guid Id { get; init; }
        public DateTimeOffset At { get; init; }
        public string Name { get; init; } = "";
        public string Outcome { get; init; } = "";
        public Guid? ActorId { get; init; }
        public Guid? SessionId { get; init; }
        public string RequestId { get; init; } = "";
        public string? Address { get; init; }
        public string? ResourceType { get; init; }
        public string? ResourceId { get; init; }
        public string? Reason { get; init; }
        public string? Details { get; init; }
    }
}
