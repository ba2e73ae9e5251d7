using System.Text;

namespace AICodeManager.Server.Keeping.Audit.Files;

/// <summary>Lines of a file from its end, without reading what comes before. A line that is not ended does not count.</summary>
internal static class BackwardLines
{
    private const int Block = 64 << 10;

    public static IEnumerable<string> Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var (position, tail, first) = (file.Length, Array.Empty<byte>(), true);
        while (position > 0)
        {
            var size = (int)Math.Min(Block, position);
            position -= size;
            file.Seek(position, SeekOrigin.Begin);
            var block = new byte[size + tail.Length];
            file.ReadExactly(block, 0, size);
            tail.CopyTo(block, size);
            var end = block.Length;
            for (var at = block.AsSpan(0, end).LastIndexOf((byte)'\n'); at >= 0; at = block.AsSpan(0, end).LastIndexOf((byte)'\n'))
            {
                if (!first && end > at + 1)
                {
                    yield return Encoding.UTF8.GetString(block, at + 1, end - at - 1);
                }

                (first, end) = (false, at);
            }

            if (end > AuditFileLine.Longest)
            {
                yield break; // no line of ours
            }

            tail = block[..end];
        }

        if (!first && tail.Length > 0)
        {
            yield return Encoding.UTF8.GetString(tail);
        }
    }
}
