using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.FrontDoor.Accounts.Lockout;

/// <summary>Keys of the lockout, derived from the sessions' secret (RFC 5869), each for one use.</summary>
public sealed class LockoutKeys(Settings settings)
{
    private readonly byte[] counters = settings.Session.DeriveKey("aicli lockout counters");
    private readonly byte[] devices = settings.Session.DeriveKey("aicli known devices");

    /// <summary>A name that tells a reader of the table neither whose counter it is nor whether there is an account.</summary>
    public string NameOf(string counted) => Convert.ToHexStringLower(HMACSHA256.HashData(counters, Encoding.UTF8.GetBytes(counted)));

    public byte[] MacOfDevice(string text) => HMACSHA256.HashData(devices, Encoding.UTF8.GetBytes(text));
}
