using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Accounts.Lockout;

/// <summary>One counter of failures. Strangers share one for each address; a known device has its own.</summary>
/// <param name="Key">Keyed hash of what is counted.</param>
/// <param name="Owner">Keyed hash of the address, so that all counters of one account can be cleared.</param>
public sealed record FailureCounter(string Key, string Owner)
{
    /// <summary>
    /// Keyed hash of the address and the network that asks. A lock of strangers holds for networks that have failed at this
    /// address; null holds for whoever asks.
    /// </summary>
    public string? NetworkKey { get; init; }

    /// <summary>Strangers' failures are forgiven one by one, others' all at once.</summary>
    public bool Forgives { get; init; }

    /// <summary>Sign-ins to an address from a device that has not signed in before; the address need not exist.</summary>
    /// <param name="addressKey"><see cref="EmailAddress.Key"/>, or whatever was sent instead of an address.</param>
    /// <param name="network">Whom the attempt is charged to.</param>
    public static FailureCounter OfStrangers(LockoutKeys keys, string addressKey, ClientNetwork? network = null)
    {
        var owner = OwnerOf(keys, addressKey);
        return new(owner, owner)
        {
            Forgives = true, NetworkKey = network is { } from ? keys.NameOf($"address {addressKey} network {from.Key}") : null,
        };
    }

    /// <summary>Sign-ins from a device that has signed in to this account before.</summary>
    public static FailureCounter OfDevice(LockoutKeys keys, string addressKey, KnownDevice device) =>
        new(keys.NameOf($"device {device.Id}"), OwnerOf(keys, addressKey));

    /// <summary>Changes of the password through one session: whoever guesses in a stolen one does not keep the owner from changing it.</summary>
    public static FailureCounter OfPasswordChange(LockoutKeys keys, Account account, Guid sessionId) =>
        new(keys.NameOf($"change {sessionId:N}"), OwnerOf(keys, EmailAddress.Key(account.Email)));

    public static string OwnerOf(LockoutKeys keys, string addressKey) => keys.NameOf($"address {addressKey}");
}
