using System.Collections.Frozen;
using System.Reflection;

namespace AICodeManager.Server.Ground.Text;

/// <summary>What <c>make-nfkc-table</c> wrote, read once.</summary>
internal static class NfkcTable
{
    private static readonly FrozenDictionary<int, int> Classes;

    static NfkcTable()
    {
        using var resource = Assembly.GetExecutingAssembly().GetManifestResourceStream("text/nfkc.bin")
            ?? throw new InvalidOperationException("The table of normal forms is missing from this build.");
        using var reader = new BinaryReader(resource);
        Decompositions = Read(() => (reader.ReadInt32(), Enumerable.Range(0, reader.ReadByte()).Select(_ => reader.ReadInt32()).ToArray()));
        Classes = Read(() => (reader.ReadInt32(), reader.ReadInt32()));
        Compositions = Read(() => ((reader.ReadInt32(), reader.ReadInt32()), reader.ReadInt32()));

        FrozenDictionary<TKey, TValue> Read<TKey, TValue>(Func<(TKey Key, TValue Value)> entry) where TKey : notnull =>
            Enumerable.Range(0, reader.ReadInt32()).Select(_ => entry()).ToFrozenDictionary(e => e.Key, e => e.Value);
    }

    public static FrozenDictionary<int, int[]> Decompositions { get; }

    public static FrozenDictionary<(int First, int Second), int> Compositions { get; }

    /// <summary>Canonical combining class; 0 for starters.</summary>
    public static int ClassOf(int point) => Classes.GetValueOrDefault(point);
}
