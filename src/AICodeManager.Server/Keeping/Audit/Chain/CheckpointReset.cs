using System.Globalization;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Audit.Chain;

/// <summary>
/// After a restore the node's file of checkpoints knows of entries that the database no longer has, and would have them missed. It is
/// kept aside, and a new one begins with what the restored database has of this node.
/// </summary>
internal static class CheckpointReset
{
    public static async Task AfterRestoreAsync(Database restored, AuditNode node, DateTimeOffset now, CancellationToken cancel)
    {
        var file = new CheckpointFile(node);
        if (!File.Exists(file.Path))
        {
            return;
        }

        var stored = await restored.ReadAsync(
            r => r.QueryAsync<AuditCheckpoint>("SELECT * FROM audit_checkpoints WHERE node = @Name ORDER BY chain_id, sequence", new { node.Name }), cancel);
        var aside = $"checkpoints-{now.UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture)}.jsonl";
        File.Move(file.Path, Path.Combine(node.Folder, aside));
        if (stored.Count > 0)
        {
            file.Append(stored);
        }
    }
}
