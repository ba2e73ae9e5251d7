namespace AICodeManager.Server.Keeping.Alerts;

/// <summary>One message on its way to one recipient, as it is kept.</summary>
internal sealed record Delivery
{
    public Guid Id { get; init; }
    public Guid AlertId { get; init; }
    public string Channel { get; init; } = "";
    public string Recipient { get; init; } = "";
    public long Part { get; init; }
    public string Content { get; init; } = "";
    public string State { get; init; } = "";
    public long Attempts { get; init; }
    public DateTimeOffset NextAttemptAt { get; init; }
    public string? Lease { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public string? LastError { get; init; }
}

/// <summary>The states of a delivery.</summary>
internal static class DeliveryState
{
    public const string Pending = "pending";
    public const string Sent = "sent";
    public const string Failed = "failed";
}
