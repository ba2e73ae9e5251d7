using System.Runtime.CompilerServices;
using System.Text.Json;

namespace AICodeManager.Tests.Fixtures;

/// <summary>
/// Test vectors made by others. They lie beside the repository (<c>../shared/vectors</c>) or where the variable
/// <c>AICLI_VECTORS</c> says; a test that needs them and finds none is skipped and says so.
/// </summary>
internal static class Vectors
{
    /// <summary>A file below the folder of vectors, such as <c>wycheproof/aes_gcm_test.json</c>.</summary>
    public static JsonElement Json(string file)
    {
        var path = Path.Combine(Folder(), file);
        Assert.SkipUnless(File.Exists(path), $"{file} is not here: put the vectors into ../shared/vectors or name their folder in AICLI_VECTORS");
        return JsonElement.Parse(File.ReadAllText(path));
    }

    /// <summary>The files of a folder of vectors by name, sorted; skips the test where the folder is not there.</summary>
    public static IReadOnlyList<string> Files(string folder)
    {
        var path = Path.Combine(Folder(), folder);
        Assert.SkipUnless(Directory.Exists(path), $"{folder} is not here: put the vectors into ../shared/vectors or name their folder in AICLI_VECTORS");
        return [.. Directory.EnumerateFiles(path, "*.json").Select(f => $"{folder}/{Path.GetFileName(f)}").Order(StringComparer.Ordinal)];
    }

    /// <summary>Every case of a Wycheproof file with the group it belongs to.</summary>
    public static IEnumerable<VectorCase> Wycheproof(string file) =>
        from oneGroup in Json($"wycheproof/{file}.json").GetProperty("testGroups").EnumerateArray()
        from test in oneGroup.GetProperty("tests").EnumerateArray()
        select new VectorCase(oneGroup, test);

    private static string Folder([CallerFilePath] string here = "") =>
        Environment.GetEnvironmentVariable("AICLI_VECTORS")
        ?? Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../../shared/vectors"));
}

/// <summary>One case of a Wycheproof file.</summary>
internal sealed record VectorCase(JsonElement Group, JsonElement Test)
{
    public int Id => Test.GetProperty("tcId").GetInt32();

    public bool IsValid => Test.GetProperty("result").GetString() == "valid";

    public byte[] Bytes(string name) => Convert.FromHexString(Test.GetProperty(name).GetString()!);

    public override string ToString() => $"case {Id}: {Test.GetProperty("comment").GetString()}";
}

/// <summary>Counts the cases of a file, so that one that was passed over is seen.</summary>
internal sealed class VectorTally
{
    private readonly List<string> wrong = [];
    private readonly Dictionary<string, int> passedOver = [];

    public int Run { get; private set; }

    /// <summary>Runs a case: what our code says must be what the vector says.</summary>
    public void Judge(VectorCase test, bool accepted)
    {
        Run++;
        if (accepted != test.IsValid)
        {
            wrong.Add($"{test} was {(accepted ? "accepted" : "refused")}");
        }
    }

    /// <summary>A case that asks for something this server does not do.</summary>
    public void PassOver(string reason) => passedOver[reason] = passedOver.GetValueOrDefault(reason) + 1;

    /// <summary>Every case was run and right, or passed over for a reason that is known.</summary>
    public void Expect(int run, params (string Reason, int Count)[] known)
    {
        Assert.Empty(wrong);
        Assert.Equal(known.ToDictionary(k => k.Reason, k => k.Count), passedOver);
        Assert.Equal(run, Run);
    }
}
