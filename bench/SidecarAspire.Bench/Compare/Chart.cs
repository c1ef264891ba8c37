using System.Text;

namespace SidecarAspire.Bench.Compare;

/// <summary>CPU a request as horizontal bars, user space and kernel apart, a group for each row.</summary>
/// <param name="title">What stands above.</param>
/// <param name="groups">The rows, and a bar for each proxy.</param>
internal sealed class Chart(string title, IReadOnlyList<(string Title, IReadOnlyList<(string Name, double User, double Kernel)> Bars)> groups)
{
    private const int Bar = 16;
    private const int Left = 64;
    private const int Width = 720;

    public string Svg()
    {
        var longest = groups.SelectMany(group => group.Bars).Select(bar => bar.User + bar.Kernel).DefaultIfEmpty(1).Max();
        var svg = new StringBuilder();
        var y = 64;
        foreach (var group in groups)
        {
            Append(svg, $"""<text x="8" y="{y}" font-weight="bold">{group.Title}</text>""");
            y += 6;
            foreach (var (name, user, kernel) in group.Bars)
            {
                var (first, second) = (Length(user), Length(kernel));
                var (dark, light) = name == Peer.Sidecar.Name ? ("#c44e52", "#e6b3b5") : ("#4c72b0", "#b0bfd8");
                Append(svg, $"""<text x="{Left - 6}" y="{y + 11}" text-anchor="end">{name}</text><rect x="{Left}" y="{y}" width="{first:0.0}" height="{Bar - 3}" fill="{dark}"/><rect x="{Left + first:0.0}" y="{y}" width="{second:0.0}" height="{Bar - 3}" fill="{light}"/><text x="{Left + first + second + 6:0.0}" y="{y + 11}">{user + kernel:0.0}</text>""");
                y += Bar;
            }

            y += 22;
        }

        return FormattableString.Invariant($"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {y - 16}" font-family="sans-serif" font-size="12">
            <rect width="{Width}" height="{y - 16}" fill="#ffffff"/>
            <text x="8" y="20" font-size="14" font-weight="bold">{title}</text>
            <text x="8" y="38">dark: user space, light: kernel</text>
            {svg}</svg>

            """);

        double Length(double value) => value / longest * (Width - Left - 60);
    }

    private static void Append(StringBuilder svg, FormattableString line) => svg.Append(FormattableString.Invariant(line)).Append('\n');
}
