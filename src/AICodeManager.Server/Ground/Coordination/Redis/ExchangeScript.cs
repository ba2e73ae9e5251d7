using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace AICodeManager.Server.Ground.Coordination.Redis;

/// <summary>A script of the room, and the name that Redis knows it by.</summary>
internal sealed class ExchangeScript
{
    /// <summary>Whatever is kept.</summary>
    public static readonly ExchangeScript Keeping = new("exchange");

    /// <summary>Whatever is counted, by Redis' own clock.</summary>
    public static readonly ExchangeScript Counting = new("counting");

    private ExchangeScript(string name)
    {
        using var text = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream($"coordination/{name}.lua")!);
        Text = text.ReadToEnd();
#pragma warning disable CA5350 // Redis chose the hash; nothing rests on its strength.
        Hash = SHA1.HashData(Encoding.UTF8.GetBytes(Text));
#pragma warning restore CA5350
    }

    public string Text { get; }

    /// <summary>SHA-1 of the text: the name that EVALSHA takes.</summary>
    public byte[] Hash { get; }
}
