using System.Text.Json;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Audit;

/// <summary>One event as it is kept: every field in the very text that is stored, for the chain is made over that text.</summary>
public sealed record AuditEntry
{
    /// <summary>Guid v7 of the moment it happened, in 36 small characters.</summary>
    public string Id { get; init; } = "";

    /// <summary>Milliseconds since 1970 UTC, on the clock of the node.</summary>
    public long At { get; init; }

    public string Name { get; init; } = "";
    public string Outcome { get; init; } = "";
    public string? ActorId { get; init; }
    public string? SessionId { get; init; }
    public string? KeyId { get; init; }
    public string RequestId { get; init; } = "";
    public string? Address { get; init; }
    public string? ResourceType { get; init; }
    public string? ResourceId { get; init; }
    public string? Reason { get; init; }

    /// <summary>A flat JSON object.</summary>
    public string? Details { get; init; }

    /// <summary>The chain that it stands in; null for what was written before there were chains.</summary>
    public string? ChainId { get; init; }

    /// <summary>Its place there, from 1.</summary>
    public long? Sequence { get; init; }

    /// <summary>HMAC-SHA-256 of the link before and of all fields, base64url.</summary>
    public string? Link { get; init; }

    internal static AuditEntry Of(RequestOrigin origin, AuditEvent happened, DateTimeOffset at) => new()
    {
        Id = Guid.CreateVersion7(at).ToString("D"),
        At = at.ToUnixTimeMilliseconds(),
        Name = happened.Name,
        Outcome = happened.Outcome,
        ActorId = (happened.ActorId ?? origin.Caller?.UserId)?.ToString("D"),
        SessionId = origin.Caller?.SessionId?.ToString("D"),
        KeyId = origin.Caller?.KeyId?.ToString("D"),
        RequestId = StorableText.Of(origin.RequestId),
        Address = StorableText.OfOptional(origin.Address),
        ResourceType = StorableText.OfOptional(happened.ResourceType),
        ResourceId = StorableText.OfOptional(happened.ResourceId),
        Reason = StorableText.OfOptional(happened.Reason),
        Details = happened.Details is null ? null : StorableText.Of(JsonSerializer.Serialize(happened.Details, WireJson.Options)),
    };
}
