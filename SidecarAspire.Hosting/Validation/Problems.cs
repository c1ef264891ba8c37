using System.Globalization;
using Aspire.Hosting;

namespace SidecarAspire.Hosting.Validation;

/// <summary>What is wrong with the options of one application, a sentence each.</summary>
/// <param name="app">The application.</param>
internal sealed class Problems(string app)
{
    private readonly List<string> _sentences = [];

    /// <summary>Adds a sentence if something is not so.</summary>
    /// <param name="isFine">Whether it is.</param>
    /// <param name="option">The option.</param>
    /// <param name="value">Its value.</param>
    /// <param name="allowed">What it may be.</param>
    public void Require(bool isFine, string option, object? value, string allowed)
    {
        if (!isFine)
        {
            _sentences.Add(string.Create(CultureInfo.InvariantCulture, $"{option} of '{app}' is '{value}'; allowed is {allowed}."));
        }
    }

    /// <summary>Adds a sentence if something is not so.</summary>
    public void Require(bool isFine, string sentence)
    {
        if (!isFine)
        {
            _sentences.Add(sentence);
        }
    }

    /// <summary>Tells them all, if there are any.</summary>
    /// <exception cref="DistributedApplicationException">There are.</exception>
    public void ThrowIfAny()
    {
        if (_sentences.Count > 0)
        {
            throw new DistributedApplicationException(string.Join(' ', _sentences));
        }
    }
}
