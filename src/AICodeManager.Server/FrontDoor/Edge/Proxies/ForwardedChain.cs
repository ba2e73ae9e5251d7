using System.Net;

namespace AICodeManager.Server.FrontDoor.Edge.Proxies;

/// <summary>What one kind of header says of a request's way. Counted from the right: 0 is what the nearest proxy wrote.</summary>
internal abstract class ForwardedChain
{
    /// <summary>Characters of all lines together; longer ones are refused.</summary>
    public const int MaxLength = 2048;

    /// <summary>Entries; more are refused.</summary>
    public const int MaxHops = 32;

    /// <summary>How many hops it names.</summary>
    public abstract int Count { get; }

    /// <summary>Who asked the proxy that wrote this; null where the entry names no address.</summary>
    public abstract IPAddress? Address(int fromRight);

    /// <summary>How that proxy was asked: <c>http</c>, <c>https</c>, something else in the writer's words, or null.</summary>
    public abstract string? Scheme(int fromRight);

    /// <summary>Under which host, as it stands there; null where it is not said.</summary>
    public abstract string? Host(int fromRight);
}
