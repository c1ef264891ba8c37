using System.Reflection;

namespace Sidecar.Proxy.Configuration;

/// <summary>
/// Fills an options type from configuration and says in the operator's words what is wrong: .NET's binder throws at the first bad
/// value, names no alternative and skips misspelt keys. Runs at start and on reload only, so it may use reflection.
/// </summary>
public sealed class OptionsReader
{
    private readonly IConfiguration _configuration;
    private readonly List<ConfigurationProblem> _problems = [];
    private readonly Dictionary<Type, Dictionary<string, PropertyInfo>> _properties = [];
    private readonly Dictionary<Type, PropertyInfo[]> _required = [];
    private readonly Dictionary<PropertyInfo, ValidationAttribute[]> _checks = [];

    private OptionsReader(IConfiguration configuration) => _configuration = configuration;

    /// <summary>Reads the section <c>Sidecar</c>.</summary>
    /// <returns>A consistent snapshot.</returns>
    /// <exception cref="ConfigurationException">Something is wrong with it; all problems are listed.</exception>
    public static SidecarOptions Read(IConfiguration configuration)
    {
        LogLevels.Check(configuration);
        return Read<SidecarOptions>(configuration, SidecarOptions.Section);
    }

    /// <summary>Reads one section of it, before all sources are there.</summary>
    /// <param name="configuration">The configuration so far.</param>
    /// <param name="key">The section's key.</param>
    /// <typeparam name="T">What it holds.</typeparam>
    /// <returns>A consistent snapshot.</returns>
    /// <exception cref="ConfigurationException">Something is wrong with it; all problems are listed.</exception>
    internal static T Read<T>(IConfiguration configuration, string key)
    {
        var reader = new OptionsReader(configuration);
        try
        {
            var options = (T)reader.ReadObject(Setting.Of(configuration, key), typeof(T));
            return reader._problems.Count == 0 ? options : throw new ConfigurationException(reader._problems);
        }
        catch (Exception exception) when (exception is not ConfigurationException)
        {
            // A check that breaks on a value is a fault, but no reason to end a sidecar that runs.
            throw new ConfigurationException([new(key, "", $"something that can be read ({exception.GetType().Name}: {exception.Message})")]);
        }
    }

    private object ReadObject(Setting section, Type type)
    {
        var result = OptionsType.Create(type);
        if (!_properties.TryGetValue(type, out var properties))
            _properties[type] = properties = OptionsType.Properties(type).ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
        if (!_required.TryGetValue(type, out var required))
            _required[type] = required = [.. properties.Values.Where(property => Broken(property, property.GetValue(result)) is not null)];
        // What is wrong in itself need not fit together as well.
        var before = _problems.Count;
        foreach (var child in section.Children)
        {
            if (properties.TryGetValue(child.Key, out var property))
                ReadProperty(child, property, result);
            else
                Report(child, $"one of the known keys: {string.Join(", ", properties.Keys.Order(StringComparer.Ordinal))}", child.Key);
        }

        foreach (var missing in required.Where(property => !section.Children.Any(child => child.Key.Equals(property.Name, StringComparison.OrdinalIgnoreCase))))
            Validate(section[missing.Name], missing, missing.GetValue(result));
        if (before == _problems.Count && result is IValidatableObject whole)
            _problems.AddRange(whole.Validate(new ValidationContext(result, type.Name, null, null)).Select(problem => Describe(section, problem)));
        return result;
    }

    private ConfigurationProblem Describe(Setting section, ValidationResult problem)
    {
        var path = ConfigurationPath.Combine(section.Path, problem.MemberNames.First());
        return new(EnvironmentContract.NameOf(_configuration, path), _configuration[path] ?? "", problem.ErrorMessage!);
    }

    private void ReadProperty(Setting section, PropertyInfo property, object owner)
    {
        // A single value that is null is one that is not given; a section that is null is one that a template has lost.
        if (IsScalar(property.PropertyType) && section.IsNull)
            return;
        if (!TryReadValue(section, property.PropertyType, out var value, out var allowed))
        {
            // A null without a reason is a nested problem that is already reported.
            if (allowed is not null)
                Report(section, section.IsNull ? allowed : Allowed(property) ?? allowed, section.IsNull ? "null" : Shown(section, property));
            return;
        }

        if (Validate(section, property, value))
            property.SetValue(owner, value);
    }

    private bool TryReadValue(Setting section, Type declared, out object? value, out string? allowed)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        (value, allowed) = (null, null);
        if (section.IsNull && !IsScalar(type))
        {
            allowed = "left out or have a value";
            return false;
        }

        if (ElementType(type) is { } element)
            return TryReadList(section, element, out value, out allowed);
        if (IsDictionary(type))
            return TryReadDictionary(section, type.GetGenericArguments()[1], out value, out allowed);
        if (!IsScalar(type))
        {
            if (section.Value is { Length: > 0 })
            {
                allowed = "a section with keys of its own";
                return false;
            }

            var before = _problems.Count;
            value = ReadObject(section, type);
            return before == _problems.Count;
        }

        if (section.Value is { } text)
            return TryParse(text, type, out value, out allowed);
        allowed = "a single value";
        return false;
    }

    private bool TryReadList(Setting section, Type element, out object? value, out string? allowed)
    {
        allowed = null;
        var list = OptionsCollection.List(element);
        value = list;
        if (section.Value is { } joined)
        {
            foreach (var text in joined.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (!TryParse(text, element, out var item, out allowed))
                    return false;
                list.Add(item);
            }

            return true;
        }

        foreach (var child in section.Children)
        {
            if (!TryReadValue(child, element, out var item, out allowed))
                return false;
            list.Add(item);
        }

        return true;
    }

    private bool TryReadDictionary(Setting section, Type element, out object? value, out string? allowed)
    {
        allowed = null;
        var dictionary = OptionsCollection.Dictionary(element);
        value = dictionary;
        foreach (var child in section.Children)
        {
            if (!TryReadValue(child, element, out var item, out allowed))
                return false;
            dictionary[child.Key] = item;
        }

        return true;
    }

    private static bool TryParse(string text, Type type, out object? value, out string? allowed)
    {
        (value, allowed) = (null, null);
        if (type == typeof(string))
            value = text;
        else if (type == typeof(bool))
            (value, allowed) = (bool.TryParse(text, out var flag) ? flag : null, "true or false");
        else if (type == typeof(TimeSpan))
            (value, allowed) = (Duration.TryParse(text, out var span) ? span : null, "a duration such as 500ms, 5s or 2m");
        else if (type.IsClass)
            allowed = "a list of sections, such as one under 0";
        else if (type.IsEnum)
            (value, allowed) = (ParseName(text, type), $"one of {string.Join(", ", Enum.GetNames(type)).ToLowerInvariant()}");
        else
            (value, allowed) = (ParseNumber(text, type), "a number");
        return value is not null;
    }

    private static object? ParseName(string text, Type type) =>
        Enum.GetNames(type).FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } name ? Enum.Parse(type, name) : null;

    private static object? ParseNumber(string text, Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Int32 => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null,
        TypeCode.Int64 => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null,
        TypeCode.Double => double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null,
        _ => throw new NotSupportedException($"Options of type {type} cannot be read."),
    };

    private bool Validate(Setting section, PropertyInfo property, object? value)
    {
        if (Broken(property, value) is not { } attribute)
            return true;
        Report(section, Describe(attribute), Shown(section, property) ?? FirstBad(attribute, value));
        return false;
    }

    private ValidationAttribute? Broken(PropertyInfo property, object? value)
    {
        if (!_checks.TryGetValue(property, out var checks))
            _checks[property] = checks = [.. property.GetCustomAttributes<ValidationAttribute>()];
        return Array.Find(checks, check => !check.IsValid(value));
    }

    /// <summary>What stands for a secret's value in an error: whoever gets a hash wrong may have written the password.</summary>
    private static string? Shown(Setting section, PropertyInfo property)
    {
        var type = property.PropertyType;
        // The names of headers tell what is wrong; their values may be credentials.
        if (IsDictionary(type))
            return section.Value is null ? string.Join(",", section.Children.Select(child => child.Key)) : null;
        return property.IsDefined(typeof(SecretAttribute)) || (ElementType(type) is { } element && OptionsType.Properties(element).Any(one => one.IsDefined(typeof(SecretAttribute)))) ? SecretAttribute.Mask : null;
    }

    /// <summary>The one item of a list that is not allowed, if it is one: nobody finds it among thousands.</summary>
    private static string? FirstBad(ValidationAttribute attribute, object? value) =>
        value is IReadOnlyList<string> { Count: > 1 } list ? list.FirstOrDefault(item => !attribute.IsValid(new[] { item })) : null;

    private static string? Allowed(PropertyInfo property) =>
        property.GetCustomAttributes<ValidationAttribute>().Select(Describe).FirstOrDefault();

    private static string Describe(ValidationAttribute attribute) => attribute is RangeAttribute range
        ? string.Create(CultureInfo.InvariantCulture, $"a number from {range.Minimum} to {range.Maximum}")
        : attribute.ErrorMessage ?? attribute.FormatErrorMessage("the value");

    private void Report(Setting section, string allowed, string? value = null) =>
        _problems.Add(new(EnvironmentContract.NameOf(_configuration, section.Path), value ?? section.Value ?? string.Join(",", section.Children.Select(child => child.Value)), allowed));

    private static bool IsScalar(Type type) => type == typeof(string) || !(type.IsClass || type.IsInterface);

    private static Type? ElementType(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    private static bool IsDictionary(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>);
}
