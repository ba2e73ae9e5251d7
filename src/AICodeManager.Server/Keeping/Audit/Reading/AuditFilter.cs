namespace AICodeManager.Server.Keeping.Audit.Reading;

/// <summary>
/// Which events are asked for; what is null is not asked. The same question is put to a database (<see cref="Where"/>) and to
/// files (<see cref="Matches"/>).
/// </summary>
/// <remarks>Only the names of parameters are put into SQL text, never a value.</remarks>
public sealed record AuditFilter
{
    /// <summary>Not earlier than this.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Earlier than this.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Any of these; empty for all.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];
    public string? Outcome { get; init; }
    public string? Actor { get; init; }
    public string? Session { get; init; }
    public string? Key { get; init; }
    public string? Request { get; init; }
    public AddressFilter? Address { get; init; }
    public string? ResourceType { get; init; }
    public string? ResourceId { get; init; }

    public bool Matches(AuditEntry row) =>
        (From is null || row.At >= From.Value.ToUnixTimeMilliseconds()) && (To is null || row.At < To.Value.ToUnixTimeMilliseconds())
        && (Names.Count == 0 || Names.Contains(row.Name)) && (Outcome is null || row.Outcome == Outcome)
        && (Actor is null || row.ActorId == Actor) && (Session is null || row.SessionId == Session) && (Key is null || row.KeyId == Key)
        && (Request is null || row.RequestId == Request) && (Address is null || Address.Matches(row.Address))
        && (ResourceType is null || row.ResourceType == ResourceType) && (ResourceId is null || row.ResourceId == ResourceId);

    /// <summary>The conditions as SQL and their parameters. Only what is asked for stands in it, so that an index can serve it.</summary>
    internal (string Sql, Dictionary<string, object> Parameters) Where()
    {
        List<string> conditions = [];
        Dictionary<string, object> parameters = [];
        Add("at >= @from", "from", From);
        Add("at < @to", "to", To);
        // Said twice, so that the index of what did not succeed is seen to hold all that is asked for.
        Add(Outcome == AuditOutcome.Success ? "outcome = @outcome" : "outcome = @outcome AND outcome <> 'success'", "outcome", Outcome);
        Add("actor_id = @actor", "actor", Actor);
        Add("session_id = @session", "session", Session);
        Add("key_id = @key", "key", Key);
        Add("request_id = @request", "request", Request);
        Add("resource_type = @type", "type", ResourceType);
        Add("resource_id = @resource", "resource", ResourceId);
        if (Names.Count > 0)
            conditions.Add($"name IN ({List("name", Names)})");
        if (Address is { Whole: true } exact)
            conditions.Add($"address IN ({List("address", exact.Prefixes)})");
        else if (Address is { } network)
            conditions.Add($"({string.Join(" OR ", Named("address", [.. network.Prefixes.Select(prefix => $"{prefix}%")]).Select(name => $"address LIKE {name}"))})");
        // Ids begin with the time: the table's own order finds the period.
        Add("id >= @fromId", "fromId", From is { } from ? FirstIdAt(from) : null);
        Add("id < @toId", "toId", To is { } to && to < DateTimeOffset.MaxValue.AddDays(-1) ? FirstIdAt(to.AddMilliseconds(1)) : null);
        return (conditions.Count == 0 ? "1 = 1" : string.Join(" AND ", conditions), parameters);

        void Add(string condition, string name, object? value)
        {
            if (value is null)
                return;
            conditions.Add(condition);
            parameters[name] = value;
        }

        string List(string name, IReadOnlyList<string> values) => string.Join(", ", Named(name, values));

        IEnumerable<string> Named(string name, IReadOnlyList<string> values)
        {
            for (var n = 0; n < values.Count; n++)
                parameters[$"{name}{n}"] = values[n];
            return values.Select((_, n) => $"@{name}{n}");
        }
    }

    /// <summary>What no id of an event of that millisecond or later is less than (RFC 9562 section 5.7).</summary>
    internal static string FirstIdAt(DateTimeOffset at)
    {
        var milliseconds = Math.Max(0, at.ToUnixTimeMilliseconds());
        return $"{milliseconds >> 16:x8}-{milliseconds & 0xffff:x4}-0000-0000-000000000000";
    }
}
