using System.Text;

namespace SidecarAspire.Hosting.Tests.Publishing;

/// <summary>What differs between two texts, as a reviewer reads it.</summary>
internal static class LineDiff
{
    public static string Of(string expected, string actual)
    {
        var (before, after) = (expected.Split('\n'), actual.Split('\n'));
        // How long the longest common rest is, from each pair of lines on.
        var common = new int[before.Length + 1, after.Length + 1];
        for (var i = before.Length - 1; i >= 0; i--)
        {
            for (var j = after.Length - 1; j >= 0; j--)
            {
                common[i, j] = before[i] == after[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        var text = new StringBuilder();
        for (int i = 0, j = 0; i < before.Length || j < after.Length;)
        {
            if (i < before.Length && j < after.Length && before[i] == after[j])
            {
                i++;
                j++;
            }
            else if (j == after.Length || (i < before.Length && common[i + 1, j] >= common[i, j + 1]))
            {
                text.Append("- ").Append(before[i++]).Append('\n');
            }
            else
            {
                text.Append("+ ").Append(after[j++]).Append('\n');
            }
        }

        return text.ToString();
    }
}
