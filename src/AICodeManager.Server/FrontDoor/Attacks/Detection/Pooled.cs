using System.Buffers;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection;

/// <summary>Room for characters: the caller's stack where that is enough, else a rented array that goes back when disposed.</summary>
internal ref struct Pooled
{
    private char[]? rented;

    public Pooled(int room, Span<char> stack)
    {
        rented = room > stack.Length ? ArrayPool<char>.Shared.Rent(room) : null;
        Span = rented ?? stack;
    }

    public Span<char> Span { get; }

    public void Dispose()
    {
        if (rented is not null)
            ArrayPool<char>.Shared.Return(rented);
        rented = null;
    }
}
