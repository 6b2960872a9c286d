// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

/// Maker's core as its contracts are (makerdao/dss 38f618c for Vat, Jug, Spotter, Pot and Vow with
/// their notes; HEAD for Dog, Clipper and Abaci): operations in, storage and logs out. Knows
/// nothing of how logs are read.
namespace faultline::maker_model {

using tests::Int;
using Ilk = Hash32;

Int wad();
Int ray();
Int rad();
/// The squaring of Jug and Pot, half up at every step.
Int rpow(Int x, Int n, const Int& base);

struct Addresses {
    Address vat;
    Address jug;
    Address spotter;
    Address dog;
    Address vow;
    Address pot;
    Address dai;
    Address dai_join;
    Address end;
    Address esm;
};

const Addresses& addresses();

struct VatIlk {
    Int total_art;
    Int rate;
    Int spot;
    Int line;
    Int dust;
};

struct Urn {
    Int ink;
    Int art;
};

struct Vat {
    std::map<Ilk, VatIlk> ilks;
    std::map<std::pair<Ilk, Address>, Urn> urns;
    std::map<std::pair<Ilk, Address>, Int> gem;
    std::map<Address, Int> dai;
    std::map<Address, Int> sin;
    Int debt;
    Int vice;
    Int line;
    bool live = true;
};

struct JugIlk {
    Int duty;
    Int rho;
};

struct SpotIlk {
    Address pip;
    Int mat;
};

struct DogIlk {
    Address clip;
    Int chop;
    Int hole;
    Int dirt;
};

struct Pip {
    Int val;
    bool has = true;
};

struct Pot {
    std::map<Address, Int> pie;
    Int total;
    Int dsr;
    Int chi;
    Int rho;
    bool dripped = false;  ///< Before that no log tells rho.
};

struct Vow {
    std::map<Int, Int> sin;
    Int total_sin;
    Int ash;
    Int wait;
    Int sump;
    Int bump;
    Int hump;
    bool noted = true;  ///< False for one of later dss, which logs nothing.
};

struct Sale {
    Int pos;
    Int tab;
    Int lot;
    Address usr;
    Int tic;
    Int top;
};

struct Clipper {
    Ilk ilk;
    std::uint64_t born = 0;  ///< When it was made.
    Address calc;
    Int buf;
    Int tail;
    Int cusp;
    Int chip;
    Int tip;
    Int chost;
    Int kicks;
    Int stopped;
    std::vector<Int> active;
    std::map<Int, Sale> sales;
};

enum class Curve : std::uint8_t {
    kLinear,
    kStairstep,
    kExponential,
};

struct Calc {
    Curve curve = Curve::kLinear;
    Int tau;
    Int cut;
    Int step;
    std::uint64_t born = 0;
};

class Maker {
  public:
    // Vat; `dirty` for calls that anybody makes, whose addresses may have dirt above them.
    void init(const Ilk& ilk);
    void file_line(const Int& line);
    void file_vat(const Ilk& ilk, std::string_view what, const Int& data);
    void slip(const Ilk& ilk, const Address& usr, const Int& amount);
    void flux(
        const Ilk& ilk,
        const Address& src,
        const Address& dst,
        const Int& amount,
        bool dirty = false
    );
    void move(const Address& src, const Address& dst, const Int& amount, bool dirty = false);
    void frob(
        const Ilk& ilk,
        const Address& u,
        const Address& v,
        const Address& w,
        const Int& dink,
        const Int& dart
    );
    void fork(
        const Ilk& ilk, const Address& src, const Address& dst, const Int& dink, const Int& dart
    );
    void grab(
        const Ilk& ilk,
        const Address& u,
        const Address& v,
        const Address& w,
        const Int& dink,
        const Int& dart
    );
    void heal(const Address& caller, const Int& amount);
    void suck(const Address& u, const Address& v, const Int& amount);
    void fold(const Ilk& ilk, const Address& u, const Int& rate);
    void cage_vat();

    // Jug and Spotter.
    void jug_init(const Ilk& ilk);
    void drip(const Address& by, const Ilk& ilk);
    void file_duty(const Ilk& ilk, const Int& duty);
    void file_base(const Int& base);
    void file_pip(const Ilk& ilk, const Address& pip);
    void file_mat(const Ilk& ilk, const Int& mat);
    void file_par(const Int& par);
    void poke(const Ilk& ilk);

    // Pot and DaiJoin.
    void pot_drip(const Address& by);
    void pot_join(const Address& by, const Int& amount);
    void pot_exit(const Address& by, const Int& amount);
    void file_dsr(const Int& dsr);
    void dai_exit(const Address& by, const Address& usr, const Int& amount);
    void dai_join(const Address& by, const Address& usr, const Int& amount);

    // Vow.
    void vow_file(std::string_view what, const Int& data);
    void vow_heal(const Address& by, const Int& amount);
    void vow_kiss(const Address& by, const Int& amount);
    void vow_flog(const Address& by, const Int& era);
    void vow_flop(const Address& by);
    void vow_flap(const Address& by);

    // Dog and Clippers.
    void dog_file(std::string_view what, const Int& data);
    void dog_file(const Ilk& ilk, std::string_view what, const Int& data);
    void dog_file_clip(const Ilk& ilk, const Address& clip);
    void bark(const Ilk& ilk, const Address& urn, const Address& keeper);
    void make_clip(const Address& at, const Ilk& ilk);
    void clip_file(const Address& clip, std::string_view what, const Int& data);
    void clip_file_calc(const Address& clip, const Address& calc);
    void make_calc(const Address& at, Curve curve);
    void calc_file(const Address& calc, std::string_view what, const Int& data);
    void take(
        const Address& clip,
        const Int& id,
        const Int& amount,
        const Int& max,
        const Address& who,
        const Address& by
    );
    void redo(const Address& clip, const Int& id, const Address& keeper);
    void yank(const Address& clip, const Int& id, const Address& by);
    void upchost(const Address& clip);

    /// End.cage().
    void cage();

    // Views.
    [[nodiscard]] bool is_unsafe(const Ilk& ilk, const Address& urn) const;

    struct Status {
        bool done = false;
        Int price;
    };

    [[nodiscard]] Status status(const Clipper& clip, const Int& tic, const Int& top) const;
    [[nodiscard]] Int price(const Calc& calc, const Int& top, const Int& duration) const;

    // Storage, for views and whoever drives it.
    tests::LogBook book;
    std::uint64_t now = 0;
    Vat vat;
    std::map<Ilk, JugIlk> jug;
    Int base;
    std::map<Ilk, SpotIlk> spotter;
    Int par;
    bool spotter_live = true;
    std::map<Address, Pip> pips;
    Pot pot;
    bool pot_live = true;
    Vow vow;
    bool vow_live = true;
    std::map<Ilk, DogIlk> dog;
    Int hole;
    Int dirt;
    bool dog_live = true;
    std::map<Address, Clipper> clips;
    std::map<Address, Calc> calcs;
    std::map<Address, Int> dai_supply;  ///< Balances of the token.

  private:
    void vat_note(std::string_view signature, const tests::Words& arguments);
    void note(
        const Address& by,
        const Address& caller,
        std::string_view signature,
        const tests::Words& arguments
    );
    /// A call's data as notes have it, sometimes with something behind the arguments.
    Bytes noted_data(std::string_view signature, const tests::Words& arguments);
    [[nodiscard]] Int argument(const Address& address, bool dirty);
    void kick(
        const Address& at, const Int& tab, const Int& lot, const Address& usr, const Address& keeper
    );
    void digs(const Ilk& ilk, const Int& amount);
    void fess(const Int& tab);
    void remove(Clipper& clip, const Int& id);
    [[nodiscard]] Int feed_price(const Ilk& ilk) const;

    std::uint64_t notes_ = 0;
};

}  // namespace faultline::maker_model
