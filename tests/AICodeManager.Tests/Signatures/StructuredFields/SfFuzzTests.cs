using AICodeManager.Signatures.StructuredFields;

namespace AICodeManager.Tests.Signatures.StructuredFields;

/// <summary>More than a million texts, each read as an item, a list and a dictionary: nothing throws, and all agree.</summary>
public sealed class SfFuzzTests
{
    // How many of the texts are one of the three at least: so many that the round trip is not idle.
    [Theory]
    [InlineData("noise", 450_000, 20_000)]
    [InlineData("pieces", 350_000, 20_000)]
    [InlineData("mutated", 250_000, 20_000)]
    public void Cannot_be_made_to_throw_or_to_mean_two_things(string source, int count, int fewestRight)
    {
        var inputs = new SfInputs(9651);
        Func<string> next = source switch { "noise" => inputs.Noise, "pieces" => inputs.Pieces, _ => inputs.Mutated };
        var right = 0;
        for (var i = 0; i < count; i++)
        {
            var text = next();
            try
            {
                if (Check(text))
                    right++;
            }
            catch (Exception e)
            {
                Assert.Fail($"{source} {i}, {System.Text.Json.JsonSerializer.Serialize(text)}: {e}");
            }
        }

        Assert.InRange(right, fewestRight, count);
    }

    private static bool Check(string text)
    {
        var isItem = SfParser.TryItem(text, out var item, out var itemFault);
        var isList = SfParser.TryList(text, out var list, out var listFault);
        var isDictionary = SfParser.TryDictionary(text, out var dictionary, out var dictionaryFault);
        Same(SfWalk.Item(text), isItem, itemFault is null);
        Same(SfWalk.List(text), isList, listFault is null);
        Same(SfWalk.Dictionary(text), isDictionary, dictionaryFault is null);
        if (isItem)
        {
            // Every item is a list of one; what is written is read as the same and written alike.
            Same(isList, true, list!.Count == 1);
            var written = SfWriter.Write(item!);
            Same(SfParser.TryItem(written, out var again, out _), item!.Equals(again), SfWriter.Write(again!) == written);
        }

        if (isList)
        {
            var written = SfWriter.Write(list!);
            Same(SfParser.TryList(written, out var again, out _), list!.Equals(again), SfWriter.Write(again!) == written);
        }

        if (isDictionary)
        {
            var written = SfWriter.Write(dictionary!);
            Same(SfParser.TryDictionary(written, out var again, out _), dictionary!.Equals(again), !again!.HadDuplicates);
        }

        return isItem || isList || isDictionary;
    }

    private static void Same(bool one, bool two, bool three)
    {
        if (one != two || two != three)
            throw new InvalidOperationException("Two readings of one text differ.");
    }
}
