using System.Buffers.Text;
using AICodeManager.Server.Ground;

namespace AICodeManager.Server.Keeping.Audit.Chain;

/// <summary>A place in a chain and the link there: all that the next entry, a checkpoint or a later chain needs to know.</summary>
/// <param name="Link">As it is stored, base64url of 32 bytes; empty where nothing was written yet.</param>
internal sealed record ChainHead(string ChainId, string Root, long Sequence, string Link)
{
    /// <summary>Before the first entry.</summary>
    public static ChainHead Start(string chainId, string root) => new(chainId, root, 0, "");
}

/// <summary>
/// The link of an entry: HMAC-SHA-256 (RFC 2104, FIPS 180-4) over the link before it and every field of it, its chain and its
/// place among them.
/// </summary>
internal static class ChainLink
{
    private const string Purpose = "aicli audit entry v1";
    private const int Bytes = 32;

    /// <summary>The entry with its place and link behind <paramref name="head"/>, and the head that it makes.</summary>
    public static (AuditEntry Entry, ChainHead Head) Append(ChainKeys keys, ChainHead head, AuditEntry entry)
    {
        var placed = entry with { ChainId = head.ChainId, Sequence = head.Sequence + 1 };
        var link = Base64Url.EncodeToString(keys.Mac(head.Root, Content(placed, head.Sequence + 1, head.Link).Bytes));
        return (placed with { Link = link }, head with { Sequence = head.Sequence + 1, Link = link });
    }

    /// <summary>Whether <paramref name="link"/> is that of the entry's fields behind <paramref name="head"/>, whatever place it claims itself.</summary>
    public static bool Fits(ChainKeys keys, ChainHead head, AuditEntry entry, string? link) =>
        StrictBase64Url.Decode(link) is { Length: Bytes } stored
        && keys.IsMac(head.Root, Content(entry with { ChainId = head.ChainId }, head.Sequence + 1, head.Link).Bytes, stored);

    private static Canonical Content(AuditEntry entry, long sequence, string before) => new Canonical(Purpose)
        .Add(before)
        .Add(entry.ChainId).Add(sequence)
        .Add(entry.Id).Add(entry.At).Add(entry.Name).Add(entry.Outcome)
        .Add(entry.ActorId).Add(entry.SessionId).Add(entry.KeyId)
        .Add(entry.RequestId).Add(entry.Address)
        .Add(entry.ResourceType).Add(entry.ResourceId).Add(entry.Reason).Add(entry.Details);
}
