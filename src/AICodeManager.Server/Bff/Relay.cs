using System.Buffers;

namespace AICodeManager.Server.Bff;

/// <summary>Passes bytes on as they come: what was read is flushed before more is read, so that no event waits for the next.</summary>
internal static class Relay
{
    private const int Piece = 32 * 1024;

    /// <param name="moved">Called after every piece.</param>
    public static async Task CopyAsync(Stream from, Stream to, Action moved, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            while (await from.ReadAsync(buffer, cancel) is > 0 and var read)
            {
                moved();
                await to.WriteAsync(buffer.AsMemory(0, read), cancel);
                await to.FlushAsync(cancel);
                moved();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }
}
